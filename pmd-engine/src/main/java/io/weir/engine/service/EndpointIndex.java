package io.weir.engine.service;

import io.weir.bindings.Mem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An immutable map from (address, port, protocol) to a small number: open addressing off-heap, an eighth full at most, so that a look-up, hit or miss, mostly touches one cache line and mispredicts no branch.
 *
 * <pre>
 *  slot n:  | address lo | address hi | port:16 protocol:16 value:32 | unused |
 * </pre>
 */
public final class EndpointIndex {
    /** Nothing under this key. */
    public static final int ABSENT = -1;

    private static final int SLOT = 32;
    private static final int HI = 8;
    private static final int TAIL = 16;
    private static final long EMPTY = -1;

    private final MemorySegment memory;
    private final long base;
    private final long mask;

    private EndpointIndex(MemorySegment memory) {
        this.memory = memory; // freed when no table holds this index any more
        this.base = memory.address();
        this.mask = memory.byteSize() / SLOT - 1;
    }

    /** An empty index to fill; used by the control thread alone. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Looks a key up.
     *
     * @param hi address, upper half
     * @param lo address, lower half
     * @param port port number, 0 where the key has none
     * @param protocol protocol number, 0 where the key has none
     * @return the value, or {@link #ABSENT}
     */
    public int find(long hi, long lo, int port, int protocol) {
        int portProtocol = port << 16 | protocol;
        long index = spread(hi, lo, portProtocol) & mask;
        while (true) {
            long slot = base + (index << 5);
            long tail = Mem.getLong(slot + TAIL);
            if (Mem.getLong(slot) == lo && Mem.getLong(slot + HI) == hi && (int) (tail >>> 32) == portProtocol) {
                return (int) tail;
            }
            if (tail == EMPTY) {
                return ABSENT;
            }
            index = index + 1 & mask;
        }
    }

    /** Slots that the slowest look-up of a key that is not there compares. */
    int longestProbe() {
        int longest = 0;
        int run = 0;
        for (long n = 0; n <= 2 * mask + 1; n++) { // twice round: a run may wrap
            run = Mem.getLong(base + ((n & mask) << 5) + TAIL) == EMPTY ? 0 : run + 1;
            longest = Math.max(longest, run + 1);
        }
        return longest;
    }

    private static long spread(long hi, long lo, int portProtocol) {
        long h = (lo ^ Long.rotateLeft(hi, 32)) * 0xD6E8FEB86659FD93L;
        h = (h ^ h >>> 32 ^ portProtocol) * 0x9E3779B97F4A7C15L; // golden: spreads ports in a row most evenly
        return h >>> 40;
    }

    /** Collects entries; a later one replaces an earlier one with the same key. */
    public static final class Builder {
        private record Key(long hi, long lo, int portProtocol) {}

        private final java.util.Map<Key, Integer> entries = new java.util.LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds an entry.
         *
         * @param value not negative
         */
        public Builder put(long hi, long lo, int port, int protocol, int value) {
            entries.put(new Key(hi, lo, port << 16 | protocol), value);
            return this;
        }

        /** The value under a key, or {@link #ABSENT}. */
        public int get(long hi, long lo, int port, int protocol) {
            return entries.getOrDefault(new Key(hi, lo, port << 16 | protocol), ABSENT);
        }

        /** Builds the index. */
        public EndpointIndex build() {
            int size = Integer.highestOneBit(Math.max(64, entries.size() * 8) - 1) << 1;
            if (size > 1 << 24) {
                throw new IllegalStateException("%d endpoints are too many".formatted(entries.size()));
            }
            MemorySegment memory = Arena.ofAuto().allocate((long) size * SLOT, 64);
            long base = memory.address();
            Mem.allow(base, memory.byteSize());
            for (int i = 0; i < size; i++) {
                Mem.putLong(base + (long) i * SLOT + TAIL, EMPTY);
            }
            entries.forEach((key, value) -> {
                long index = spread(key.hi, key.lo, key.portProtocol) & size - 1;
                while (Mem.getLong(base + index * SLOT + TAIL) != EMPTY) {
                    index = index + 1 & size - 1;
                }
                long slot = base + index * SLOT;
                Mem.putLong(slot, key.lo);
                Mem.putLong(slot + HI, key.hi);
                Mem.putLong(slot + TAIL, (long) key.portProtocol << 32 | value);
            });
            return new EndpointIndex(memory);
        }
    }
}
