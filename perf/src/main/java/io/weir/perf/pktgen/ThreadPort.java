package io.weir.perf.pktgen;

import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.PacketPort;
import io.weir.perf.device.OpenDevice;
import java.util.concurrent.locks.LockSupport;

/** One sending thread's end of the device, and the waiting that goes with it. */
final class ThreadPort {
    static final int BURST = 64;
    /** Waits longer than this sleep; shorter ones spin. */
    private static final long SPIN_NS = 100_000;

    /** Waits longer than this can be left to poll(2), which counts in milliseconds. */
    private static final long WAIT_NS = 1_500_000;

    private static final long DRAIN_NS = 500_000_000;
    private static final long MAX_SLEEP_NS = 1_000_000;

    final PacketPort port;
    final FramePool pool;
    final FrameBatch batch = new FrameBatch(BURST);
    final Burst burst = new Burst(BURST);
    private final boolean shared;
    private final int idleFrames;

    ThreadPort(OpenDevice device, int thread, boolean shared) {
        this(device.port(thread), device.pool(thread), shared);
    }

    ThreadPort(PacketPort port, FramePool pool, boolean shared) {
        this.port = port;
        this.pool = pool;
        this.shared = shared;
        this.idleFrames = pool.available();
    }

    /** Takes a burst of answers, and what the kernel is done with. Returns how many answers. */
    int receive() {
        batch.clear();
        int n = port.receive(batch);
        if (shared) {
            pool.collect();
        }
        return n;
    }

    /** Gives the burst's frames back. */
    void release() {
        for (int i = 0, n = batch.size; i < n; i++) {
            pool.release(batch.address[i]);
        }
        batch.clear();
    }

    /** Lets the kernel have what was queued. */
    void flush() {
        port.flush();
        if (shared) {
            pool.publishReturns();
        }
    }

    /** Waits some time or shorter; at most a millisecond, and no answer waits meanwhile. */
    void idle(long nanos, boolean answersExpected) {
        if (!answersExpected) {
            idle(nanos);
        } else if (nanos > WAIT_NS) {
            port.await(1);
        } else {
            Thread.onSpinWait(); // to yield would cost milliseconds on a busy machine
        }
    }

    /** Waits some time or shorter. */
    static void idle(long nanos) {
        if (nanos > SPIN_NS) {
            LockSupport.parkNanos(Math.min(nanos - SPIN_NS / 2, MAX_SLEEP_NS));
        } else {
            Thread.onSpinWait();
        }
    }

    /** Whether every frame has come back: nothing waits to be sent. */
    boolean isDrained() {
        return pool.available() >= idleFrames;
    }

    /** The longest that {@link #isDrained} is waited for. */
    static long drainNs() {
        return DRAIN_NS;
    }
}
