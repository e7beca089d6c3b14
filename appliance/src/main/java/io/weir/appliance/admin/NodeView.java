package io.weir.appliance.admin;

import io.weir.engine.counters.CountersReader;
import io.weir.ha.HaControl;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the admin API sees of a node. Called on the I/O thread, and never waits: answers are what was last published. */
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

    /** Its part among other nodes. */
    HaControl ha();

    /** What keeps it from being ready for traffic, one line; empty when it is ready. */
    Optional<String> obstacle();
}
