package io.weir.engine.forward;

import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.PacketPort;

/**
 * One worker's way out: every frame that a worker received or made ends in exactly one call of this class.
 *
 * <p>Owned by the worker. Frames are gathered in the ports' rings and published by {@link #flush}, once a burst.
 */
public final class Egress {
    private final PacketPort[] ports;
    private final FramePool pool;
    private final WorkerCounters counters;
    private long frames;
    private long bytes;

    /**
     * @param ports this worker's ports by {@link PacketPort#index}
     * @param pool this worker's frames
     * @param counters this worker's counters
     */
    public Egress(PacketPort[] ports, FramePool pool, WorkerCounters counters) {
        this.ports = ports;
        this.pool = pool;
        this.counters = counters;
    }

    /**
     * Sends a frame, or counts and releases it when the ring is full.
     *
     * @return whether it was sent
     */
    public boolean send(int port, long frame, int length) {
        if (!ports[port].send(frame, length)) {
            drop(frame, Counter.DROP_TX_FULL);
            return false;
        }
        frames++;
        bytes += length;
        return true;
    }

    /** Sends a frame and counts it, or counts why not. */
    public void send(int port, long frame, int length, Counter sent) {
        if (send(port, frame, length)) {
            counters.increment(sent);
        }
    }

    /** Counts and releases a frame. */
    public void drop(long frame, Counter reason) {
        counters.increment(reason);
        pool.release(frame);
    }

    /** Publishes what was sent since the last flush. */
    public void flush() {
        if (frames != 0) {
            counters.add(Counter.TX_FRAMES, frames);
            counters.add(Counter.TX_BYTES, bytes);
            frames = 0;
            bytes = 0;
        }
        for (PacketPort port : ports) {
            port.flush();
        }
    }

    /** The pool that frames come from and go to. */
    public FramePool pool() {
        return pool;
    }
}
