package io.weir.perf.traffic;

/**
 * Says when the next frame is due. The schedule is fixed when it starts and is never shifted: whoever falls behind sends
 * the backlog as fast as it can, and the time at which each frame was due stays known, so that latency can be measured
 * from there. Owned by one thread; time comes from the caller.
 */
public final class Pacer {
    /** Binary digits after the point of a nanosecond: the schedule of one hour is exact to a millionth of a nanosecond. */
    private static final int FRACTION = 20;

    private final Rate rate;
    private long start;
    private long next; // since the start, fixed-point

    /**
     * @param rate of this sender alone
     */
    public Pacer(Rate rate) {
        this.rate = rate;
    }

    /**
     * Begins.
     *
     * @param nowNs when the first frame is due
     */
    public void start(long nowNs) {
        start = nowNs;
        next = 0;
    }

    /** What a frame of this size costs, for {@link #take}: computed once a size. */
    public long cost(int size) {
        return Math.round(rate.nanosPerFrame(size) * (1L << FRACTION));
    }

    /** Whether a frame is due. */
    public boolean isDue(long nowNs) {
        return nowNs - start >= next >> FRACTION;
    }

    /**
     * Takes the frame that is due.
     *
     * @param cost of its size
     * @return when it was due; now for a rate without a schedule
     */
    public long take(long cost, long nowNs) {
        if (cost == 0) {
            return nowNs;
        }
        long due = start + (next >> FRACTION);
        next += cost;
        return due;
    }

    /** Nanoseconds until the next frame is due; not positive when it is. */
    public long waitNs(long nowNs) {
        return start + (next >> FRACTION) - nowNs;
    }
}
