package io.weir.perf.line;

import org.HdrHistogram.Histogram;

/**
 * What came of a load.
 *
 * @param sent frames that left the generator
 * @param delivered frames that reached the far side
 * @param seconds that were sent
 * @param latency nanoseconds from when each frame was due, of the frames that the sink saw
 * @param coreSeconds that the contender's core was busy; NaN: not known
 */
public record Trial(long sent, long delivered, double seconds, Histogram latency, double coreSeconds) {
    /** Frames a second that were sent. */
    public double offered() {
        return seconds <= 0 ? 0 : sent / seconds;
    }

    /** Frames a second that arrived. */
    public double rate() {
        return seconds <= 0 ? 0 : delivered / seconds;
    }

    /** Part of the frames that did not arrive. */
    public double loss() {
        return sent <= 0 ? 0 : Math.max(0, (double) (sent - delivered) / sent);
    }

    /** Nanoseconds of the contender's core a frame that arrived. NaN: not known. */
    public double coreNanosPerFrame() {
        return delivered <= 0 ? Double.NaN : coreSeconds * 1e9 / delivered;
    }

    /** The same where the contender has no core of its own. */
    Trial withoutCore() {
        return new Trial(sent, delivered, seconds, latency, Double.NaN);
    }

    /** Microseconds that a percentage of the frames did not exceed. */
    public double micros(double percent) {
        return latency.getTotalCount() == 0 ? Double.NaN : latency.getValueAtPercentile(percent) / 1e3;
    }
}
