package io.weir.engine.counters;

import io.weir.bindings.Mem;

/**
 * One worker's counters: 64-bit words in the counters file, or in plain memory for tests.
 *
 * <p>Written by the worker alone, with opaque stores, so that a reader in another thread or process sees whole values
 * that only grow (but the gauges {@link Counter#FLOWS} and {@link Counter#GENERATION}). No two workers share a cache line.
 */
public final class WorkerCounters {
    private final long base;

    /**
     * @param base address of {@link #byteSize} zeroed bytes, aligned to a cache line
     */
    public WorkerCounters(long base) {
        this.base = base;
    }

    /** Bytes of one worker's block: whole pairs of cache lines. */
    public static int byteSize() {
        return Counter.count() * Long.BYTES + 127 & ~127;
    }

    public void increment(Counter counter) {
        add(counter, 1);
    }

    public void add(Counter counter, long n) {
        long at = base + ((long) counter.ordinal() << 3);
        Mem.putLongOpaque(at, Mem.getLong(at) + n);
    }

    /** Sets a gauge; who reads the value also sees the connections counted before it (pairs with {@link #get}). */
    public void set(Counter gauge, long value) {
        Mem.putLongRelease(base + ((long) gauge.ordinal() << 3), value);
    }

    /** Any thread. */
    public long get(Counter counter) {
        return Mem.getLongAcquire(base + ((long) counter.ordinal() << 3));
    }
}
