package io.weir.scheduler;

/**
 * {@code fo} and {@code ovf}: the server of the largest weight; {@code ovf} passes over servers with more active
 * connections than their weight. Sources: {@code ip_vs_fo.c}, {@code ip_vs_ovf.c}.
 */
final class HeaviestServerScheduler extends Scheduler {
    private final boolean overflow;

    HeaviestServerScheduler(SchedulingPlan plan, boolean overflow, ConnectionCounts counts) {
        super(HEAVIEST_SERVER, plan, counts);
        this.overflow = overflow;
    }

    @Override
    public int choose(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort) {
        refreshOverload();
        final int[] w = weights;
        int heaviest = NONE;
        int weight = 0;
        for (int i = 0; i < w.length; i++) {
            if (w[i] > weight && !overloaded[i] && !(overflow && counts.active(i) > w[i])) {
                heaviest = i;
                weight = w[i];
            }
        }
        return heaviest;
    }
}
