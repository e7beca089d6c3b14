package io.weir.perf.line;

import java.time.Duration;

/**
 * What is sent in a trial.
 *
 * @param frameSize bytes with the check sequence
 * @param rate frames a second; 0: as fast as it goes
 * @param frames at most; 0: as many as the time allows
 * @param duration at most
 */
public record Load(int frameSize, double rate, long frames, Duration duration) {
    /** At a rate, for a time. */
    public static Load at(int frameSize, double rate, Duration duration) {
        return new Load(frameSize, rate, 0, duration);
    }

    /** As fast as it goes, for a time. */
    public static Load flood(int frameSize, Duration duration) {
        return new Load(frameSize, 0, 0, duration);
    }

    /** A number of frames as fast as it goes. */
    public static Load burst(int frameSize, long frames) {
        return new Load(frameSize, 0, frames, Duration.ofSeconds(30));
    }
}
