package io.weir.ha.reconstruct;

import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;

/** The histogram of how long replays take, in the counters file: one counter a range. Owned by one worker. */
final class ReplayLatency {
    private static final long[] UP_TO_MS = {1, 3, 10, 30, 100, 300, 1000};
    private static final Counter[] RANGES = {
        Counter.REPLAY_1MS,
        Counter.REPLAY_3MS,
        Counter.REPLAY_10MS,
        Counter.REPLAY_30MS,
        Counter.REPLAY_100MS,
        Counter.REPLAY_300MS,
        Counter.REPLAY_1S,
        Counter.REPLAY_LONGER
    };

    private final WorkerCounters counters;

    ReplayLatency(WorkerCounters counters) {
        this.counters = counters;
    }

    void record(long ns) {
        int range = 0;
        while (range < UP_TO_MS.length && ns > UP_TO_MS[range] * 1_000_000L) {
            range++;
        }
        counters.increment(RANGES[range]);
    }
}
