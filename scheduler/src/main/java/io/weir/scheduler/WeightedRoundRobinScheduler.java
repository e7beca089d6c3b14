package io.weir.scheduler;

import java.util.Arrays;

/**
 * {@code wrr}: passes over the servers, the first for those of the largest weight, each next for a weight one step (the
 * greatest common divisor) smaller, as {@code ip_vs_wrr.c} does. Weights 4, 3, 2 give AABABCABC.
 *
 * <p>Passes that no server qualifies for are skipped at once, so a choice costs at most two passes.
 */
final class WeightedRoundRobinScheduler extends Scheduler {
    private final int step;
    private final int maxWeight;

    /** The weight that a server needs in the current pass: a multiple of {@link #step}. */
    private int required;

    /** The position that the current pass has come to. */
    private int last = -1;

    WeightedRoundRobinScheduler(SchedulingPlan plan, int worker, int workers, ConnectionCounts counts) {
        super(WEIGHTED_ROUND_ROBIN, plan, counts);
        step = gcd(weights);
        maxWeight = Arrays.stream(weights).max().orElse(0);
        required = maxWeight;
        skip(worker, workers);
    }

    @Override
    public int choose(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort) {
        refreshOverload();
        final int[] w = weights;
        final boolean[] full = overloaded;
        // the rest of this pass, then one that is sure to have a server
        for (int pass = 0; pass < 2; pass++) {
            final int need = required;
            for (int i = last + 1; i < w.length; i++) {
                if (w[i] >= need && !full[i] && w[i] > 0) {
                    last = i;
                    return i;
                }
            }
            if (!nextPass()) {
                return NONE;
            }
        }
        return NONE;
    }

    /** Starts the next pass that some server qualifies for; false if there is none. */
    private boolean nextPass() {
        int available = 0;
        for (int i = 0; i < weights.length; i++) {
            if (!overloaded[i] && weights[i] > available) {
                available = weights[i];
            }
        }
        if (available == 0) {
            return false;
        }
        last = -1;
        final int next = required - step;
        required = next <= 0 ? available : Math.min(next, available);
        return true;
    }

    /** Lets the workers start at equal distances in the round. */
    private void skip(int worker, int workers) {
        if (maxWeight == 0) {
            return;
        }
        final long round = Arrays.stream(weights).asLongStream().sum() / step;
        long picks = round * worker / workers;
        while (picks > 0) {
            int qualified = 0;
            int nextWeight = 0;
            for (final int weight : weights) {
                if (weight >= required) {
                    qualified++;
                } else {
                    nextWeight = Math.max(nextWeight, weight);
                }
            }
            final long alike = Math.min((required - nextWeight) / step, picks / qualified);
            picks -= alike * qualified;
            required -= (int) alike * step;
            if (picks < qualified && required > nextWeight) {
                for (int i = 0; picks > 0; i++) {
                    if (weights[i] >= required) {
                        last = i;
                        picks--;
                    }
                }
            }
        }
    }

    private static int gcd(int[] weights) {
        int divisor = 0;
        for (final int weight : weights) {
            int a = divisor;
            int b = weight;
            while (b != 0) {
                final int rest = a % b;
                a = b;
                b = rest;
            }
            divisor = a;
        }
        return Math.max(divisor, 1);
    }
}
