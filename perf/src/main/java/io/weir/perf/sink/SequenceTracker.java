package io.weir.perf.sink;

import java.util.Arrays;

/**
 * Finds what is missing, late or double in numbered streams, by a window of the last {@link #WINDOW} numbers of each.
 *
 * <p>Every stream counts from 0. A number above all before moves the window; one inside the window is a duplicate if it
 * was seen, otherwise reordered; one before the window is stale: too old to tell. Missing is what lies below the highest
 * number and never came; a stream's last frames cannot be missed from here. One thread writes, any reads the totals.
 */
public final class SequenceTracker {
    /** Numbers that each stream remembers. */
    public static final int WINDOW = 64;

    /** Numbers up to the highest of each stream. */
    static final int EXPECTED = 0;

    static final int UNIQUE = 1;
    static final int REORDERED = 2;
    static final int DUPLICATE = 3;
    static final int STALE = 4;
    static final int STREAMS = 5;
    private static final int COUNTERS = 6;

    private final int[] next; // the highest number seen, plus one
    private final long[] window; // bit i: next - 1 - i was seen
    private final Tally tally = new Tally(COUNTERS);

    /**
     * @param streams how many can be told apart
     */
    public SequenceTracker(int streams) {
        next = new int[streams];
        window = new long[streams];
    }

    /** Streams that can be told apart. */
    public int capacity() {
        return next.length;
    }

    /** Writer: a number came. */
    public void record(int stream, int sequence) {
        int ahead = sequence - next[stream];
        if (ahead >= 0) {
            long old = ahead + 1 >= WINDOW ? 0 : window[stream] << ahead + 1;
            if (window[stream] == 0) {
                tally.add(STREAMS, 1);
            }
            window[stream] = old | 1;
            next[stream] = sequence + 1;
            tally.add(EXPECTED, ahead + 1L);
            tally.add(UNIQUE, 1);
            return;
        }
        int age = -ahead - 1;
        if (age >= WINDOW) {
            tally.add(STALE, 1);
        } else if ((window[stream] >>> age & 1) != 0) {
            tally.add(DUPLICATE, 1);
        } else {
            window[stream] |= 1L << age;
            tally.add(UNIQUE, 1);
            tally.add(REORDERED, 1);
        }
    }

    /** Writer: forgets everything. */
    public void clear() {
        Arrays.fill(next, 0);
        Arrays.fill(window, 0);
        tally.clear();
    }

    /** Any thread: a stream's highest number plus one, as an unsigned number. */
    long next(int stream) {
        return Integer.toUnsignedLong(next[stream]);
    }

    /** Any thread: the totals. */
    public Sequences totals() {
        return new Sequences(
                tally.get(STREAMS),
                tally.get(EXPECTED),
                tally.get(UNIQUE),
                tally.get(REORDERED),
                tally.get(DUPLICATE),
                tally.get(STALE));
    }
}
