package io.weir.perf.device;

import io.weir.bindings.DeviceFacts;
import io.weir.engine.port.Driver;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.NodePorts;
import io.weir.engine.port.PacketPort;
import io.weir.engine.port.PortFactory;
import io.weir.engine.port.PortOptions;
import io.weir.perf.thread.InNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One device, open for sending and receiving test traffic by a number of threads. While it is open, TCP and UDP that
 * arrive on the device are this process's and not the kernel's. Closed after all threads have stopped.
 */
public final class OpenDevice implements AutoCloseable {
    private final TrafficSteering steering;
    private final NodePorts ports;
    private final DeviceFacts facts;
    private final List<String> notes;

    private OpenDevice(TrafficSteering steering, NodePorts ports, DeviceFacts facts, List<String> notes) {
        this.steering = steering;
        this.ports = ports;
        this.facts = facts;
        this.notes = notes;
    }

    /**
     * Opens.
     *
     * @param namespace the file of the device's network namespace, or null
     * @param device its name there
     * @param driver which one
     * @param threads how many use it, each its own {@link #port}
     * @param ringSize entries of each ring, a power of two
     */
    public static OpenDevice open(Path namespace, String device, Driver driver, int threads, int ringSize) {
        return InNamespace.call(namespace, () -> {
            TrafficSteering steering = new TrafficSteering(device);
            try {
                PortOptions options = PortOptions.of(List.of(device), threads)
                        .withDriver(driver)
                        .withRingSize(ringSize);
                NodePorts ports = PortFactory.open(options, steering);
                steering.complete(ports.driver());
                List<String> notes = new ArrayList<>(ports.reasons());
                notes.addAll(steering.reasons());
                return new OpenDevice(steering, ports, DeviceFacts.of(device), notes);
            } catch (RuntimeException e) {
                steering.close();
                throw e;
            }
        });
    }

    /** What the kernel says of it. */
    public DeviceFacts facts() {
        return facts;
    }

    /** What was opened. */
    public Driver driver() {
        return ports.driver();
    }

    /** What was chosen and why, for people. */
    public List<String> notes() {
        return notes;
    }

    /** A thread's port. */
    public PacketPort port(int thread) {
        return ports.port(thread, 0);
    }

    /** A thread's free frames. */
    public FramePool pool(int thread) {
        return ports.store().pool(thread);
    }

    /**
     * With AF_XDP: has the kernel count the traffic that arrives, from 0 on, and drop it before it reaches a port; or has it
     * delivered again. For loads at which a receiver would be what is measured.
     */
    public void count(boolean on) {
        steering.count(on);
    }

    /** Frames counted so far. */
    public long counted() {
        return steering.counted();
    }

    @Override
    public void close() {
        steering.close();
        ports.close();
    }
}
