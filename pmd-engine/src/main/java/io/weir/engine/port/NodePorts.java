package io.weir.engine.port;

import io.weir.bindings.Pages;
import java.util.List;

/**
 * All ports of a node, open, and the memory of their frames.
 *
 * <p>Each worker takes its own ports over; {@link #close} is for after all workers have stopped.
 */
public final class NodePorts implements AutoCloseable {
    private final PacketPort[][] ports;
    private final FrameStore store;
    private final Pages pages;
    private final Driver driver;
    private final List<String> reasons;

    NodePorts(PacketPort[][] ports, FrameStore store, Pages pages, Driver driver, List<String> reasons) {
        this.ports = ports;
        this.store = store;
        this.pages = pages;
        this.driver = driver;
        this.reasons = List.copyOf(reasons);
    }

    /** A worker's ports, one a device, in the order of their indexes. */
    public PacketPort[] ports(int worker) {
        return ports[worker].clone();
    }

    /** A worker's port on a device. */
    public PacketPort port(int worker, int index) {
        return ports[worker][index];
    }

    /** Where the frames lie. */
    public FrameStore store() {
        return store;
    }

    /** What was opened: never {@link Driver#AUTO}. */
    public Driver driver() {
        return driver;
    }

    /** What was chosen and why, a line each, for people. */
    public List<String> reasons() {
        return reasons;
    }

    /** What kind of memory the frames lie in. */
    public Pages.Kind memory() {
        return pages.kind();
    }

    @Override
    public void close() {
        for (PacketPort[] row : ports) {
            for (PacketPort port : row) {
                port.close();
            }
        }
        pages.close();
    }
}
