package io.weir.perf.pktgen;

import io.weir.perf.sink.Tally;
import org.HdrHistogram.Histogram;

/** A sending thread's counts of connections: it writes, any thread reads; the histogram only after the end. */
final class ConnectionCounts {
    static final int OPENED = 0;
    static final int ESTABLISHED = 1;
    static final int COMPLETED = 2;
    static final int RESET = 3;
    static final int TIMED_OUT = 4;
    static final int REPEATED = 5;
    static final int UNEXPECTED = 6;
    private static final int COUNTERS = 7;

    private static final long HIGHEST = 60_000_000_000L;

    private final Tally tally = new Tally(COUNTERS);
    private final Histogram handshake = new Histogram(1, HIGHEST, 3);

    void count(int counter) {
        tally.add(counter, 1);
    }

    long get(int counter) {
        return tally.get(counter);
    }

    void handshake(long nanos) {
        handshake.recordValue(Math.min(Math.max(0, nanos), HIGHEST));
    }

    Connections connections() {
        return new Connections(
                get(OPENED),
                get(ESTABLISHED),
                get(COMPLETED),
                get(RESET),
                get(TIMED_OUT),
                get(REPEATED),
                get(UNEXPECTED),
                handshake);
    }
}
