package io.weir.engine.counters;

import io.weir.bindings.Mem;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * When a worker's duty cycles took long, and how long: a ring of the newest, in the counters file or in plain memory.
 *
 * <pre>
 *  0              8                           64               72
 * +--------------+-------------------- … ----+----------------+----------------+-- … --+
 * | how many     | unused                    | beginning, ns  | length, ns     | {@value #PLACES} of these
 * +--------------+-------------------- … ----+----------------+----------------+-- … --+
 * </pre>
 *
 * <p>The worker alone writes: an entry, by opaque stores, and then, released, how many there were, which is where the
 * next goes. A reader acquires that number before and after it reads entries, and leaves out what may have been
 * overwritten meanwhile.
 */
public final class LongCycles {
    /** Nanoseconds from which on a cycle is long: more than any burst takes, and longer than an idle worker sleeps. */
    public static final long AT_LEAST_NS = 500_000;

    /** Cycles that are remembered. */
    public static final int PLACES = 256;

    private static final int FIRST = 64;
    private static final int ENTRY = 16;

    private final long base;

    /**
     * A cycle.
     *
     * @param number how many were long before it
     * @param beginNs {@code CLOCK_MONOTONIC}, which is {@link System#nanoTime} in every process of the machine
     * @param lengthNs nanoseconds until the next began
     */
    public record Cycle(long number, long beginNs, long lengthNs) {
        public long endNs() {
            return beginNs + lengthNs;
        }
    }

    /**
     * @param base address of {@link #byteSize} bytes, zeroed before the first worker used them
     */
    public LongCycles(long base) {
        this.base = base;
    }

    /** Bytes of one worker's ring: whole pairs of cache lines. */
    public static int byteSize() {
        return FIRST + PLACES * ENTRY + 127 & ~127;
    }

    /** Worker: a cycle was long. */
    public void add(long beginNs, long lengthNs) {
        long count = Mem.getLong(base);
        long entry = entry(count);
        VarHandle.storeStoreFence(); // the number that gives this place away, before what is written over it
        Mem.putLongOpaque(entry, beginNs);
        Mem.putLongOpaque(entry + Long.BYTES, lengthNs);
        Mem.putLongRelease(base, count + 1); // pairs with count()
    }

    /** Any thread: how many there were. */
    public long count() {
        return Mem.getLongAcquire(base); // pairs with add()
    }

    /**
     * Any thread: those that are still remembered, the oldest first.
     *
     * @param from only those whose number is at least this
     */
    public List<Cycle> since(long from) {
        long end = count();
        List<Cycle> cycles = new ArrayList<>();
        for (long number = Math.max(from, end - PLACES); number < end; number++) {
            long entry = entry(number);
            long begin = Mem.getLongAcquire(entry); // acquire: both are read before the number is read again
            long length = Mem.getLongAcquire(entry + Long.BYTES);
            cycles.add(new Cycle(number, begin, length));
        }
        long whole = count() - PLACES + 1; // the worker may be writing over the one before
        cycles.removeIf(cycle -> cycle.number() < whole);
        return cycles;
    }

    private long entry(long number) {
        return base + FIRST + (number & PLACES - 1) * ENTRY;
    }
}
