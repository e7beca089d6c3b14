package io.weir.perf.rfc2544;

import java.time.Duration;

/**
 * How thoroughly is measured.
 *
 * @param trial length of a trial; the RFC asks for 60 s at the result and shorter ones on the way, 120 s for latency
 * @param loss part of the frames that may be lost; the RFC says 0
 * @param steps halvings of the search at most
 * @param resolution where the search ends: difference of the bounds over the upper one
 * @param bursts repetitions of the back-to-back test; the RFC asks for 50
 * @param longestBurst seconds of frames at the highest rate; the RFC says at least 2
 */
public record Limits(Duration trial, double loss, int steps, double resolution, int bursts, double longestBurst) {
    /** Checks the ranges. */
    public Limits {
        if (!trial.isPositive() || trial.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("--trial %s; up to 10 minutes would be right".formatted(trial));
        }
        if (!(loss >= 0 && loss < 1) || steps < 1 || !(resolution > 0 && resolution < 1) || bursts < 1) {
            throw new IllegalArgumentException(
                    "--loss %s, --steps %d, --bursts %d: 0 to below 1, at least 1 and at least 1 would be right"
                            .formatted(loss, steps, bursts));
        }
        if (!(longestBurst > 0)) {
            throw new IllegalArgumentException(
                    "longest burst %s s; more than 0 would be right".formatted(longestBurst));
        }
    }
}
