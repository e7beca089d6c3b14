package io.weir.perf.rrdns;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Draws the sessions of an interval. */
final class Visits {
    private static final double PARETO_EXPONENT = 1.5;

    private final Assumptions assumptions;
    private final SplittableRandom random;
    private final double[] domainsUpTo; // cumulated probability

    Visits(Assumptions assumptions, long seed) {
        this.assumptions = assumptions;
        this.random = new SplittableRandom(seed);
        this.domainsUpTo = new double[assumptions.resolvers()];
        double sum = 0;
        for (int k = 0; k < domainsUpTo.length; k++) {
            sum += Math.pow(k + 1, -assumptions.zipf());
            domainsUpTo[k] = sum;
        }
        for (int k = 0; k < domainsUpTo.length; k++) {
            domainsUpTo[k] /= sum;
        }
    }

    /** As many sessions, in the order in which they begin. */
    List<Session> draw(int sessions) {
        List<Session> all = new ArrayList<>(sessions);
        for (int user = 0; user < sessions; user++) {
            double start = random.nextDouble() * assumptions.interval();
            double[] times = new double[requests()];
            double at = start;
            for (int i = 0; i < times.length; i++) {
                times[i] = at;
                at += exponential(assumptions.pause());
            }
            all.add(new Session(start, domain(), user, times));
        }
        all.sort(Comparator.comparingDouble(Session::start));
        return all;
    }

    private int domain() {
        double drawn = random.nextDouble();
        int low = 0;
        int high = domainsUpTo.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (domainsUpTo[middle] < drawn) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int requests() {
        double mean = assumptions.requests();
        double drawn = 1 - random.nextDouble(); // above 0
        return switch (assumptions.law()) {
            case FIXED -> (int) Math.round(mean);
            case GEOMETRIC -> mean == 1 ? 1 : 1 + (int) (Math.log(drawn) / Math.log(1 - 1 / mean));
            case PARETO -> {
                double smallest = mean * (PARETO_EXPONENT - 1) / PARETO_EXPONENT;
                yield (int) Math.max(
                        1, Math.min(100_000, Math.round(smallest * Math.pow(drawn, -1 / PARETO_EXPONENT))));
            }
        };
    }

    /** An exponential time. */
    double exponential(double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }
}
