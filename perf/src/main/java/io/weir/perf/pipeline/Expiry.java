package io.weir.perf.pipeline;

import io.weir.engine.counters.Counter;
import io.weir.perf.Allocation;

/**
 * The end of flows: fills a table with flows of one packet each, lets their time pass, and times the idle cycles in which
 * the worker sweeps them out. The cost of looking at free slots is in it.
 */
final class Expiry {
    /** Over this time the sweep is due to look at as many slots as it does at most in a cycle. */
    private static final long CYCLE_NS = 5_000_000;

    private final WorkerPorts ports;
    private final Misses flows;
    private final JumpingClock clock;
    private final int bursts;
    private final int timeoutMs;
    private long allocated;

    /**
     * @param count flows, a multiple of a burst
     * @param timeoutMs after which they are over
     */
    Expiry(WorkerPorts ports, Dialogue dialogue, JumpingClock clock, int count, int timeoutMs) {
        this.ports = ports;
        this.clock = clock;
        this.bursts = count / Workload.BURST;
        this.timeoutMs = timeoutMs;
        this.flows = new Misses(ports, dialogue, clock, false, Integer.MAX_VALUE, timeoutMs);
    }

    /** Returns the nanoseconds that the sweep took for each flow. */
    double round() {
        flows.fill(bursts);
        clock.advance(timeoutMs * 1_000_000L);
        long spent = 0;
        long left = (long) bursts * Workload.BURST;
        long wanted = ports.count(Counter.FLOWS_EXPIRED) + left;
        while (ports.count(Counter.FLOWS_EXPIRED) < wanted) {
            clock.advance(CYCLE_NS);
            long bytes = Allocation.ofThisThread();
            long begin = System.nanoTime();
            ports.worker.doWork();
            spent += System.nanoTime() - begin;
            allocated += Allocation.ofThisThread() - bytes;
        }
        return (double) spent / left;
    }

    /** Bytes that the worker has allocated since the last call. */
    long allocated() {
        long bytes = allocated;
        allocated = 0;
        return bytes;
    }
}
