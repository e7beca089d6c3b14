package io.weir.perf.rfc2544;

import io.weir.perf.line.Line;
import io.weir.perf.line.Load;
import io.weir.perf.line.Trial;

/**
 * The highest rate at which no more than a small part of the frames is lost (RFC 2544 §26.1), by halving an interval.
 *
 * <p>A wire has a highest rate; memory has not. The search begins with the rate that the generator reaches by itself: if
 * that is forwarded without loss, the generator is the limit and the result says so.
 *
 * @param rate frames a second, as really sent; 0 when even the lowest rate tried lost frames
 * @param best the trial at that rate; null when there is none
 * @param generatorRate frames a second that the generator reached without a schedule
 * @param generatorLimited whether that was forwarded without loss
 * @param trials how many were needed
 */
public record Throughput(double rate, Trial best, double generatorRate, boolean generatorLimited, int trials) {
    /**
     * Searches.
     *
     * @param line with the device under test
     * @param frameSize bytes with check sequence
     * @param limits how thoroughly
     */
    public static Throughput search(Line line, int frameSize, Limits limits) {
        Trial flood = line.send(Load.flood(frameSize, limits.trial()));
        if (flood.sent() == 0) {
            throw new IllegalStateException("the generator sent nothing");
        }
        if (flood.loss() <= limits.loss()) {
            return new Throughput(flood.offered(), flood, flood.offered(), true, 1);
        }
        double low = 0;
        double high = flood.offered();
        Trial best = null;
        int trials = 1;
        for (int step = 0; step < limits.steps() && (high - low) / high > limits.resolution(); step++) {
            double rate = (low + high) / 2;
            Trial trial = line.send(Load.at(frameSize, rate, limits.trial()));
            trials++;
            if (trial.sent() > 0 && trial.loss() <= limits.loss()) {
                low = rate;
                best = trial;
            } else {
                high = rate;
            }
        }
        return new Throughput(best == null ? 0 : best.offered(), best, flood.offered(), false, trials);
    }
}
