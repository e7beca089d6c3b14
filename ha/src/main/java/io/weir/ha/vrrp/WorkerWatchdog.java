package io.weir.ha.vrrp;

import io.weir.engine.worker.Mastership;
import io.weir.ha.HaCounter;
import io.weir.ha.HaCounters;
import java.util.Optional;

/**
 * Watches the workers' heartbeats. A worker stalls when it has begun no cycle for a time during which this thread ran: what
 * stops the whole process is no stall, but shortens the lease. HA thread only.
 */
public final class WorkerWatchdog {
    /** So many looks at least it takes until a worker counts as stalled, however late they come. */
    private static final int LOOKS = 4;

    private final Mastership mastership;
    private final long limitNs;
    private final HaCounters counters;
    private final long[] heartbeat;
    private final long[] quietNs;
    private long lookedNs;

    /**
     * @param limitNs {@code ha.watchdog}
     */
    public WorkerWatchdog(Mastership mastership, long limitNs, HaCounters counters, long nowNs) {
        this.mastership = mastership;
        this.limitNs = limitNs;
        this.counters = counters;
        this.heartbeat = new long[mastership.workers()];
        this.quietNs = new long[mastership.workers()];
        this.lookedNs = nowNs;
    }

    /** Looks at all workers. */
    public void look(long nowNs) {
        long elapsed = Math.min(nowNs - lookedNs, limitNs / LOOKS);
        lookedNs = nowNs;
        for (int worker = 0; worker < quietNs.length; worker++) {
            long beat = mastership.heartbeatNs(worker);
            boolean was = isStalled(worker);
            quietNs[worker] = beat != heartbeat[worker] ? 0 : Math.min(quietNs[worker] + elapsed, limitNs);
            heartbeat[worker] = beat;
            if (!was && isStalled(worker)) {
                counters.increment(HaCounter.STALLS);
            }
        }
    }

    private boolean isStalled(int worker) {
        return quietNs[worker] >= limitNs;
    }

    /** Which worker stalls, for people; empty when none does. */
    public Optional<String> stalled() {
        for (int worker = 0; worker < quietNs.length; worker++) {
            if (isStalled(worker)) {
                return Optional.of("worker %d has finished no cycle for %d ms".formatted(worker, limitNs / 1_000_000));
            }
        }
        return Optional.empty();
    }

    /**
     * Whether nobody forwards: the term has ended, and each worker knows it, or stalls and will learn it before it does
     * anything else.
     */
    public boolean hasStopped() {
        boolean all = true;
        for (int worker = 0; worker < quietNs.length; worker++) {
            all &= mastership.hasAdopted(worker) || isStalled(worker);
        }
        return all;
    }
}
