package io.weir.scheduler;

/** {@code rr}: each server in turn, whatever its weight, as {@code ip_vs_rr.c} does. */
final class RoundRobinScheduler extends Scheduler {
    private int last;

    RoundRobinScheduler(SchedulingPlan plan, int worker, int workers, ConnectionCounts counts) {
        super(ROUND_ROBIN, plan, counts);
        final int start = (int) ((long) worker * weights.length / workers);
        last = start == 0 ? weights.length - 1 : start - 1;
    }

    @Override
    public int choose(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort) {
        refreshOverload();
        final int[] w = weights;
        int at = last;
        for (int i = 0; i < w.length; i++) {
            at = at + 1 >= w.length ? 0 : at + 1;
            if (w[at] > 0 && !overloaded[at]) {
                last = at;
                return at;
            }
        }
        return NONE;
    }
}
