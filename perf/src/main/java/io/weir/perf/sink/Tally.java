package io.weir.perf.sink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A row of counters, on cache lines of their own. One thread writes; any thread reads whole numbers, not necessarily of
 * one moment.
 */
public final class Tally {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int PAD = 16;

    private final long[] words;

    /**
     * @param counters how many
     */
    public Tally(int counters) {
        words = new long[counters + 2 * PAD];
    }

    /** Writer: adds to one. */
    public void add(int counter, long increment) {
        WORD.setOpaque(words, PAD + counter, words[PAD + counter] + increment);
    }

    /** Writer: sets one. */
    public void set(int counter, long value) {
        WORD.setOpaque(words, PAD + counter, value);
    }

    /** Any thread: reads one. */
    public long get(int counter) {
        return (long) WORD.getOpaque(words, PAD + counter);
    }

    /** Writer: all become 0. */
    public void clear() {
        for (int i = 0; i < words.length - 2 * PAD; i++) {
            set(i, 0);
        }
    }
}
