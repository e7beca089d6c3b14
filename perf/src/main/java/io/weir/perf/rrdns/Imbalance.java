package io.weir.perf.rrdns;

import java.util.Arrays;

/**
 * How much more than the mean the busiest server gets, over several runs.
 *
 * @param mean of the runs' ratios
 * @param best smallest ratio
 * @param worst largest ratio
 * @param above30 share of the runs in which the busiest server got more than 30 % more than the mean
 */
public record Imbalance(double mean, double best, double worst, double above30) {
    private static final double CLAIM = 1.3;

    /** The busiest server's load over the mean load. */
    static double ratio(long[] load) {
        double mean = Arrays.stream(load).average().orElse(0);
        return mean == 0 ? 1 : Arrays.stream(load).max().orElse(0) / mean;
    }

    /** Sums runs up. */
    static Imbalance of(double[] ratios) {
        return new Imbalance(
                Arrays.stream(ratios).average().orElse(Double.NaN),
                Arrays.stream(ratios).min().orElse(Double.NaN),
                Arrays.stream(ratios).max().orElse(Double.NaN),
                (double) Arrays.stream(ratios).filter(r -> r > CLAIM).count() / ratios.length);
    }
}
