package io.weir.appliance.admin;

import io.weir.appliance.hypervisor.HypervisorStatus;
import io.weir.engine.counters.CountersReader;
import io.weir.ha.HaControl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the admin API sees of a node, and asks of it. Called on the I/O thread; nothing here waits. */
public interface NodeView {
    /** The node's name. */
    String name();

    /** The driver that carries frames: {@code af_xdp} or {@code af_packet}. */
    String driver();

    /** Its counters; the reader stays open for as long as the admin API listens. */
    CountersReader counters();

    /** The services, in the file's order. */
    List<ServiceView> services();

    /** Every key with its effective value; secrets are masked. */
    Map<String, String> settings();

    /** Where it stands among other nodes. */
    HaControl ha();

    /** Where the switches of the hypervisors stand; empty where there are none. */
    List<HypervisorStatus> hypervisors();

    /**
     * Looks connections up.
     *
     * @return completes on any thread; exceptionally with {@link Unavailable} when it cannot be done now
     */
    CompletionStage<List<Connection>> connections(ConnectionQuery query);

    /**
     * Gives a server no new connections, or its weight back; one that is not configured any more stays as it is.
     *
     * @return completes, on any thread, when it is in effect; exceptionally with {@link Unavailable} when too much waits
     */
    CompletionStage<Void> drain(String service, String server, boolean drain);

    /**
     * Serves other services.
     *
     * @return completes, on any thread, when it is in effect; exceptionally with {@link
     *     io.weir.appliance.config.ConfigurationException} when it cannot be, or {@link Unavailable}; nothing has changed then
     */
    CompletionStage<Void> edit(ServiceEdit edit);

    /** What keeps it from being ready for traffic, one line; empty when it is ready. */
    Optional<String> obstacle();
}
