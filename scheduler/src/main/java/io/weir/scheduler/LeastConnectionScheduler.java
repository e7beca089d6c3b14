package io.weir.scheduler;

/**
 * {@code lc} and {@code wlc}: the least overhead (active connections × 256 + inactive), for {@code wlc} divided by the
 * weight. Fractions are compared by multiplying across; among equals the first wins, as in {@code ip_vs_wlc.c}.
 */
final class LeastConnectionScheduler extends Scheduler {
    private final boolean weighted;

    LeastConnectionScheduler(SchedulingPlan plan, boolean weighted, ConnectionCounts counts) {
        super(LEAST_CONNECTION, plan, counts);
        this.weighted = weighted;
    }

    @Override
    public int choose(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort) {
        refreshOverload();
        final int[] w = weights;
        final boolean byWeight = weighted;
        int least = NONE;
        long leastOverhead = 0;
        long leastWeight = 1;
        for (int i = 0; i < w.length; i++) {
            if (w[i] > 0 && !overloaded[i]) {
                final long overhead = overhead(counts, i);
                final long weight = byWeight ? w[i] : 1;
                if (least == NONE || leastOverhead * weight > overhead * leastWeight) {
                    least = i;
                    leastOverhead = overhead;
                    leastWeight = weight;
                }
            }
        }
        return least;
    }
}
