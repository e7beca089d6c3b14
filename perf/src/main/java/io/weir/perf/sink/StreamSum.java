package io.weir.perf.sink;

import io.weir.perf.traffic.Stamp;

/**
 * Adds up what several receivers saw of the same streams: a frame that one of them misses may have come to another, so
 * what is expected of a stream is the highest number that any saw.
 */
final class StreamSum {
    private final long[] next = new long[Stamp.STREAMS];
    private Sequences sum = Sequences.NONE;

    void add(SequenceTracker tracker) {
        sum = sum.plus(tracker.totals());
        for (int stream = 0; stream < next.length; stream++) {
            next[stream] = Math.max(next[stream], tracker.next(stream));
        }
    }

    Sequences total() {
        long expected = 0;
        long streams = 0;
        for (long each : next) {
            expected += each;
            streams += each > 0 ? 1 : 0;
        }
        return new Sequences(streams, expected, sum.unique(), sum.reordered(), sum.duplicate(), sum.stale());
    }
}
