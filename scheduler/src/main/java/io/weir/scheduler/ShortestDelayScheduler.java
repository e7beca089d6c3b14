package io.weir.scheduler;

/**
 * {@code sed} and {@code nq}: the least (active connections + 1) / weight; {@code nq} takes the first idle server if
 * there is one. Sources: {@code ip_vs_sed.c}, {@code ip_vs_nq.c}.
 */
final class ShortestDelayScheduler extends Scheduler {
    private final boolean idleFirst;

    ShortestDelayScheduler(SchedulingPlan plan, boolean idleFirst, ConnectionCounts counts) {
        super(SHORTEST_DELAY, plan, counts);
        this.idleFirst = idleFirst;
    }

    @Override
    public int choose(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort) {
        refreshOverload();
        final int[] w = weights;
        int least = NONE;
        long leastJobs = 0;
        for (int i = 0; i < w.length; i++) {
            if (w[i] > 0 && !overloaded[i]) {
                final long active = counts.active(i);
                if (idleFirst && active == 0) {
                    return i;
                }
                if (least == NONE || leastJobs * w[i] > (active + 1) * w[least]) {
                    least = i;
                    leastJobs = active + 1;
                }
            }
        }
        return least;
    }
}
