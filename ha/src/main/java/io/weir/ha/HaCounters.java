package io.weir.ha;

import io.weir.bindings.Mem;
import java.util.EnumMap;
import java.util.Map;

/**
 * The HA thread's counters: 64-bit words in memory that outlives it, one for each {@link HaCounter}. Written by the HA
 * thread alone, with opaque stores; read by any.
 */
public final class HaCounters {
    private final long base;

    /**
     * @param base address of {@link #byteSize} zeroed bytes, aligned to 8
     */
    public HaCounters(long base) {
        this.base = base;
    }

    /** Bytes of all counters. */
    public static int byteSize() {
        return HaCounter.values().length * Long.BYTES;
    }

    /** HA thread: counts one. */
    public void increment(HaCounter counter) {
        long at = at(counter);
        Mem.putLongOpaque(at, Mem.getLong(at) + 1);
    }

    /** Any thread. */
    public long get(HaCounter counter) {
        return Mem.getLongOpaque(at(counter));
    }

    /** Any thread: all of them. */
    public Map<HaCounter, Long> all() {
        Map<HaCounter, Long> all = new EnumMap<>(HaCounter.class);
        for (HaCounter counter : HaCounter.values()) {
            all.put(counter, get(counter));
        }
        return all;
    }

    private long at(HaCounter counter) {
        return base + ((long) counter.ordinal() << 3);
    }
}
