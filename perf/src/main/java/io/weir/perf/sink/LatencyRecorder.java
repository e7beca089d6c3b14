package io.weir.perf.sink;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Latencies in nanoseconds, twice: from when a frame was sent, and from when it ought to have been sent, which corrects
 * for coordinated omission. One thread writes; one other takes.
 */
public final class LatencyRecorder {
    private static final long HIGHEST = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final SingleWriterRecorder raw = new SingleWriterRecorder(1, HIGHEST, DIGITS);
    private final SingleWriterRecorder corrected = new SingleWriterRecorder(1, HIGHEST, DIGITS);
    private final Histogram takenRaw = histogram();
    private final Histogram takenCorrected = histogram();

    /** An empty histogram that holds what this recorder records. */
    public static Histogram histogram() {
        return new Histogram(1, HIGHEST, DIGITS);
    }

    /**
     * Writer: one frame came.
     *
     * @param nanos since it was sent
     * @param late by how much it was sent later than scheduled
     */
    public void record(long nanos, long late) {
        raw.recordValue(Math.min(nanos, HIGHEST));
        corrected.recordValue(Math.min(nanos + late, HIGHEST));
    }

    /** Taker: forgets what was recorded so far. */
    synchronized void clear() {
        take();
        takenRaw.reset();
        takenCorrected.reset();
    }

    private void take() {
        takenRaw.add(raw.getIntervalHistogram());
        takenCorrected.add(corrected.getIntervalHistogram());
    }

    /** Taker: adds everything recorded since the last {@link #clear}. */
    synchronized void addTo(Histogram toRaw, Histogram toCorrected) {
        take();
        toRaw.add(takenRaw);
        toCorrected.add(takenCorrected);
    }
}
