package io.weir.perf.pktgen;

import io.weir.perf.sink.Tally;

/** A sending thread's counters: it writes, any thread reads. */
final class SendCounts {
    private static final int SENT = 0;
    private static final int BYTES = 1;
    private static final int STALLS = 2;
    private static final int LATE = 3;
    private static final int NANOS = 4;
    private static final int DROPPED = 5;
    private static final int RECEIVE_DROPS = 6;
    private static final int COUNTERS = 7;

    private final Tally tally = new Tally(COUNTERS);

    void sent(long frames, long bytes) {
        tally.add(SENT, frames);
        tally.add(BYTES, bytes);
    }

    void stalled() {
        tally.add(STALLS, 1);
    }

    void late(long nanos) {
        if (nanos > tally.get(LATE)) {
            tally.set(LATE, nanos);
        }
    }

    void lasted(long nanos) {
        tally.set(NANOS, nanos);
    }

    void dropped(long frames) {
        tally.set(DROPPED, frames);
    }

    void receiveDrops(long frames) {
        tally.set(RECEIVE_DROPS, frames);
    }

    long receiveDrops() {
        return tally.get(RECEIVE_DROPS);
    }

    long sent() {
        return tally.get(SENT);
    }

    long bytes() {
        return tally.get(BYTES);
    }

    long stalls() {
        return tally.get(STALLS);
    }

    long worstLateNs() {
        return tally.get(LATE);
    }

    long nanos() {
        return tally.get(NANOS);
    }

    long dropped() {
        return tally.get(DROPPED);
    }
}
