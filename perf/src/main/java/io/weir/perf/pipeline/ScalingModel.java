package io.weir.perf.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Extends what was measured to more cores than there are. A model, not a measurement.
 *
 * <p>A packet costs {@code S(N, f) = P(N) · (1 + σ(N − 1)) + f · H} nanoseconds of a worker's time, where
 *
 * <ul>
 *   <li>{@code P(N)} is what it costs with N workers' rings to look into; measured for every N, with one of N workers
 *       running;
 *   <li>{@code H} is what one more hand-off costs both workers together; the slope of the measured costs over the share
 *       {@code f} of handed-off packets;
 *   <li>{@code σ} is by how much each further busy core slows a worker down (shared cache and memory; the contention term
 *       of Gunther's universal scalability law, its coherency term left at 0 because workers share no written line but
 *       the rings'); fitted to the measurements without hand-off.
 * </ul>
 *
 * <p>Time in the system: each worker is an M/G/1 queue (Pollaczek and Khinchine) with Poisson arrivals of single packets,
 * spread evenly; a handed-off packet visits two workers, each for half of {@code S(N, 0) + H}.
 */
public final class ScalingModel {
    private final TreeMap<Integer, Double> polling;
    private final double handOff;
    private final double contention;

    /** A measured point: nanoseconds a packet of each of so many workers at a share of hand-offs in percent. */
    public record Point(int workers, int share, double nanos) {}

    /**
     * Fits.
     *
     * @param polling nanoseconds a packet of one running worker, by the number of workers; at least that of 1
     * @param points measured with all workers running
     */
    public ScalingModel(Map<Integer, Double> polling, List<Point> points) {
        this.polling = new TreeMap<>(polling);
        this.handOff = slopeOfHandOff(points);
        this.contention = fitContention(points);
    }

    /** Least squares over the shares, after each number of workers' mean is taken away. */
    private static double slopeOfHandOff(List<Point> points) {
        double xy = 0;
        double xx = 0;
        for (int workers : points.stream().mapToInt(Point::workers).distinct().toArray()) {
            List<Point> same =
                    points.stream().filter(p -> p.workers() == workers).toList();
            double x =
                    same.stream().mapToDouble(p -> p.share() / 100.0).average().orElse(0);
            double y = same.stream().mapToDouble(Point::nanos).average().orElse(0);
            for (Point p : same) {
                xy += (p.share() / 100.0 - x) * (p.nanos() - y);
                xx += (p.share() / 100.0 - x) * (p.share() / 100.0 - x);
            }
        }
        return xx == 0 ? 0 : Math.max(0, xy / xx);
    }

    /** Least squares of {@code nanos / P(N) − 1 = σ(N − 1)}. */
    private double fitContention(List<Point> points) {
        double xy = 0;
        double xx = 0;
        for (Point p : points) {
            if (p.share() == 0 && p.workers() > 1) {
                double x = p.workers() - 1;
                xy += x * (p.nanos() / alone(p.workers()) - 1);
                xx += x * x;
            }
        }
        return xx == 0 ? 0 : Math.max(0, xy / xx);
    }

    /** P(N), between measured numbers in proportion. */
    double alone(int workers) {
        Map.Entry<Integer, Double> below = polling.floorEntry(workers);
        Map.Entry<Integer, Double> above = polling.ceilingEntry(workers);
        if (below == null || above == null || below.getKey().equals(above.getKey())) {
            return (above == null ? below : above).getValue();
        }
        double part = (double) (workers - below.getKey()) / (above.getKey() - below.getKey());
        return below.getValue() + part * (above.getValue() - below.getValue());
    }

    /** Nanoseconds of a worker's time a packet. */
    public double nanos(int workers, int share) {
        return local(workers) + share / 100.0 * handOff;
    }

    private double local(int workers) {
        return alone(workers) * (1 + contention * (workers - 1));
    }

    /**
     * Mean nanoseconds from a packet's arrival to its end.
     *
     * @param load part of the greatest throughput, below 1
     */
    public double sojourn(int workers, int share, double load) {
        double f = share / 100.0;
        double whole = local(workers);
        double half = (whole + handOff) / 2;
        double arrivals = load / nanos(workers, share);
        double secondMoment = arrivals * ((1 - f) * whole * whole + 2 * f * half * half);
        double wait = secondMoment / (2 * (1 - load));
        return (1 - f) * (wait + whole) + f * 2 * (wait + half);
    }

    /** What a hand-off costs both workers, nanoseconds. */
    public double handOff() {
        return handOff;
    }

    /** By what part each further core slows a worker down. */
    public double contention() {
        return contention;
    }

    /** 1, 2, 4 … up to a number, and that number. */
    public static List<Integer> powersUpTo(int most) {
        List<Integer> numbers = new ArrayList<>();
        for (int n = 1; n < most; n *= 2) {
            numbers.add(n);
        }
        numbers.add(most);
        return numbers;
    }
}
