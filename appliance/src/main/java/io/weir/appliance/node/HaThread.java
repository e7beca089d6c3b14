package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.ha.HaControl;

/** A node's part among others, of whatever kind: a thread of its own, from its making to its farewell. */
interface HaThread extends AutoCloseable {
    /** Control thread: the network, services or servers may have changed. */
    void look(NodeConfig config);

    /** Any thread but the HA thread: tells the operator what the HA thread, which must not wait for a log, has to say. */
    void report();

    /** The node can forward from now on: waits until it has taken its part, or knows why it cannot. */
    void begin() throws InterruptedException;

    /** What operators may ask of it. */
    HaControl control();

    /** Leaves in order. The workers must still run. What there is to report by then is reported here. */
    @Override
    void close();
}
