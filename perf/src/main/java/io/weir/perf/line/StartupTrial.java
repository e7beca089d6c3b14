package io.weir.perf.line;

import io.weir.perf.result.Curve;
import java.util.List;

/**
 * What a node delivered right after it had said that it was ready.
 *
 * @param readySeconds from the start of its process until it said so
 * @param begunSeconds from then until frames were sent
 * @param offered frames a second that were sent
 * @param residentBytes of its memory at the end
 * @param windows what arrived, in order
 */
record StartupTrial(
        double readySeconds, double begunSeconds, double offered, long residentBytes, List<Window> windows) {
    /**
     * A stretch of time.
     *
     * @param from seconds after the first frame was sent
     * @param to seconds after the first frame was sent
     * @param frames that arrived in between
     */
    record Window(double from, double to, long frames) {
        double rate() {
            return to <= from ? 0 : frames / (to - from);
        }
    }

    /** Frames a second that arrived between two times; windows belong to where their middle lies. */
    double rate(double from, double to) {
        double seconds = 0;
        long frames = 0;
        for (Window window : windows) {
            double middle = (window.from + window.to) / 2;
            if (middle >= from && middle < to) {
                seconds += window.to - window.from;
                frames += window.frames;
            }
        }
        return seconds == 0 ? Double.NaN : frames / seconds;
    }

    /** What arrived over time. */
    Curve curve() {
        return new Curve(
                "delivered",
                "seconds after the first frame",
                "1000 frames/s",
                windows.stream()
                        .map(window -> new Curve.Point((window.from + window.to) / 2, window.rate() / 1e3))
                        .toList());
    }
}
