package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.PacketPort;
import io.weir.engine.service.NextHop;

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

    /**
     * Sends a frame on to a hop: addresses it, and takes its VLAN tag off, puts one on, or exchanges it.
     *
     * @param hop {@link NextHop} to send it to
     * @param traits the packet's, for {@link Burst#TAGGED}
     * @param tag type and TCI of the tag that it leaves with; 0: none
     * @return whether it was sent; else it is counted and released
     */
    public boolean forward(long hop, long frame, int length, int traits, int tag, PortFacts facts) {
        long begin = frame;
        int byteCount = length;
        if ((traits & Burst.TAGGED) != 0) {
            begin += Ethernet.TAG;
            byteCount -= Ethernet.TAG;
        }
        if (tag != 0) {
            begin -= Ethernet.TAG;
            byteCount += Ethernet.TAG;
            Mem.putIntBe(begin + Ethernet.TYPE, tag);
        }
        int out = NextHop.port(hop);
        Ethernet.address(begin, NextHop.mac(hop), facts.mac()[out]);
        return send(out, begin, byteCount);
    }

    /** Sends a frame on to a hop and counts it, or counts why not. */
    public void forward(long hop, long frame, int length, int traits, int tag, PortFacts facts, Counter sent) {
        if (forward(hop, frame, length, traits, tag, facts)) {
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
