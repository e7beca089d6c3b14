package io.weir.appliance.node;

import io.weir.appliance.admin.Connection;
import io.weir.appliance.admin.ConnectionQuery;
import io.weir.appliance.admin.NodeView;
import io.weir.appliance.admin.ServiceEdit;
import io.weir.appliance.admin.ServiceView;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.Setting;
import io.weir.appliance.hypervisor.HypervisorController;
import io.weir.appliance.hypervisor.HypervisorStatus;
import io.weir.engine.counters.CountersReader;
import io.weir.ha.HaControl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the admin API sees of this node. */
final class RunningView implements NodeView {
    private static final String SERVICE = "service.";

    private final LoadedConfig started;
    private final String driver;
    private final CountersReader counters;
    private final Control control;
    private final Operations operations;
    private final HaControl ha;

    /** Null where there is no hypervisor. */
    private final HypervisorController hypervisors;

    /** Written by whoever waits for it, once. */
    private volatile boolean ready;

    RunningView(
            LoadedConfig started,
            String driver,
            CountersReader counters,
            Control control,
            Operations operations,
            HaControl ha,
            HypervisorController hypervisors) {
        this.started = started;
        this.driver = driver;
        this.counters = counters;
        this.control = control;
        this.operations = operations;
        this.ha = ha;
        this.hypervisors = hypervisors;
    }

    void ready() {
        ready = true;
    }

    @Override
    public String name() {
        return started.node().name();
    }

    @Override
    public String driver() {
        return driver;
    }

    @Override
    public CountersReader counters() {
        return counters;
    }

    @Override
    public List<ServiceView> services() {
        return control.services();
    }

    /** What a reload does not change is as it was at the start. */
    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        put(settings, started.settings(), false);
        put(settings, control.loaded().settings(), true);
        return settings;
    }

    private static void put(Map<String, String> to, List<Setting> from, boolean services) {
        from.stream()
                .filter(setting -> setting.key().startsWith(SERVICE) == services)
                .forEach(setting -> to.put(setting.key(), setting.value()));
    }

    @Override
    public HaControl ha() {
        return ha;
    }

    @Override
    public List<HypervisorStatus> hypervisors() {
        return hypervisors == null ? List.of() : hypervisors.statuses();
    }

    @Override
    public CompletionStage<List<Connection>> connections(ConnectionQuery query) {
        return operations.connections(query);
    }

    @Override
    public CompletionStage<Void> edit(ServiceEdit edit) {
        return operations.edit(edit);
    }

    @Override
    public CompletionStage<Void> drain(String service, String server, boolean drain) {
        return operations.drain(service, server, drain);
    }

    @Override
    public Optional<String> obstacle() {
        return ready ? control.obstacle() : Optional.of("starting: the ways to the servers are not known yet");
    }
}
