package io.weir.appliance.admin;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.config.Setting;
import io.weir.appliance.hypervisor.HypervisorStatus;
import io.weir.engine.counters.CountersFile;
import io.weir.engine.counters.CountersLayout;
import io.weir.engine.counters.CountersReader;
import io.weir.ha.HaControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node of which there is only what a file says and a counters file that a test writes: no devices, no workers. */
final class FileNode implements NodeView, AutoCloseable {
    static final int WORKERS = 2;

    private static final String PROPERTIES = """
            node.name = lb1
            io.interface.front = eth0
            io.interface.back = eth1
            service.web.address = 202.103.106.5:80
            service.web.server.a = 172.16.0.2:80
            service.web.server.b = 172.16.0.3:8000 weight=2
            service.dns.address = [2001:db8::5]:53
            service.dns.protocol = udp
            service.dns.scheduler = mh
            service.dns.server.one = [2001:db8:1::2]:53
            """;

    final CountersFile file;
    volatile Optional<String> obstacle = Optional.empty();
    volatile RuntimeException failure;
    volatile HaControl ha = HaControl.alone(Instant.EPOCH);
    volatile List<HypervisorStatus> hypervisors = List.of();
    volatile CompletableFuture<List<Connection>> connections = CompletableFuture.completedFuture(List.of());
    final List<ConnectionQuery> queries = new CopyOnWriteArrayList<>();
    final Set<String> drained = ConcurrentHashMap.newKeySet();

    private final ConfigLoader loader =
            new ConfigLoader(new HostFacts("host", List.of(0, 1, 2), Optional.empty(), Map.of("HOME", "/root")));
    private volatile LoadedConfig loaded;
    private final CountersReader reader;

    FileNode(Path directory, String... more) throws IOException, ConfigurationException {
        Path properties = Files.writeString(directory.resolve("node.properties"), PROPERTIES + String.join("\n", more));
        loaded = loader.load(properties);
        file = CountersFile.create(directory.resolve("counters"), new CountersLayout(WORKERS, 16));
        reader = CountersReader.open(directory.resolve("counters"));
    }

    LoadedConfig loaded() {
        return loaded;
    }

    @Override
    public String name() {
        return loaded.node().name();
    }

    @Override
    public String driver() {
        return "af_packet";
    }

    @Override
    public CountersReader counters() {
        return reader;
    }

    /** Slots in the file's order. */
    @Override
    public List<ServiceView> services() {
        if (failure != null) {
            throw failure;
        }
        List<ServiceView> views = new ArrayList<>();
        int slot = 0;
        for (ServiceConfig service : loaded.node().services()) {
            List<ServerView> servers = new ArrayList<>();
            for (var server : service.servers()) {
                servers.add(new ServerView(
                        server.id(),
                        server.endpoint(),
                        slot++,
                        drained.contains(server.id()) ? 0 : server.weight(),
                        true,
                        drained.contains(server.id()),
                        Optional.empty()));
            }
            views.add(new ServiceView(service, servers, List.of()));
        }
        return views;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Setting setting : loaded.settings()) {
            settings.put(setting.key(), setting.value());
        }
        return settings;
    }

    @Override
    public HaControl ha() {
        return ha;
    }

    @Override
    public List<HypervisorStatus> hypervisors() {
        return hypervisors;
    }

    @Override
    public CompletionStage<List<Connection>> connections(ConnectionQuery query) {
        queries.add(query);
        return connections;
    }

    /** Checked as a node checks it; there is nobody to serve it. */
    @Override
    public CompletionStage<Void> edit(ServiceEdit edit) {
        try {
            loaded = loader.change(loaded, edit.apply(loaded.texts()));
            return CompletableFuture.completedFuture(null);
        } catch (ConfigurationException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> drain(String service, String server, boolean drain) {
        if (drain) {
            drained.add(server);
        } else {
            drained.remove(server);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Optional<String> obstacle() {
        return obstacle;
    }

    @Override
    public void close() {
        reader.close();
        file.close();
    }
}
