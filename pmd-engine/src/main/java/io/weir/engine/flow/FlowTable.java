package io.weir.engine.flow;

import io.weir.bindings.Mem;

/**
 * One worker's flow records: open addressing with linear probing over cache-line slots.
 *
 * <p>Owned by its worker; no other thread touches it. A lookup costs one cache miss in nearly all cases, because the
 * record lies in the index itself. Records move only in {@link #remove}, which the worker calls between bursts, so an
 * address found during a burst stays good to its end. Removal shifts the rest of the probe sequence back instead of
 * leaving a tombstone, so the table never degrades.
 *
 * <p>The memory is the caller's, zeroed, a multiple of the cache line in address.
 */
public final class FlowTable {
    private final long base;
    private final long mask;
    private final int limit;
    private int size;
    private long sweepAt;

    /**
     * @param base address of {@code byteSize(capacity)} zeroed bytes
     * @param capacity records it may hold
     */
    public FlowTable(long base, int capacity) {
        this.base = base;
        this.mask = slots(capacity) - 1;
        this.limit = capacity;
    }

    /** Slots for a number of records: the load stays at three quarters or below. */
    public static long slots(int capacity) {
        long wanted = Math.max(16, capacity + capacity / 3L);
        return Long.highestOneBit(wanted - 1) << 1;
    }

    /** Bytes that a table of this capacity needs. */
    public static long byteSize(int capacity) {
        return slots(capacity) * FlowRecord.BYTES;
    }

    /** The slot in which a flow with this hash would like to lie. */
    public long home(long hash) {
        return base + ((hash & mask) << 6);
    }

    /**
     * Finds the record that a client's packet belongs to.
     *
     * @param hash of the client's endpoint
     * @return its address, or 0
     */
    public long find(long hash, long clientHi, long clientLo, long key) {
        long index = hash & mask;
        while (true) {
            long slot = base + (index << 6);
            long found = Mem.getLong(slot + FlowRecord.KEY);
            if (found == key
                    && Mem.getLong(slot + FlowRecord.CLIENT_LO) == clientLo
                    && Mem.getLong(slot + FlowRecord.CLIENT_HI) == clientHi) {
                return slot;
            }
            if (found == 0) {
                return 0;
            }
            index = index + 1 & mask;
        }
    }

    /**
     * Finds the record that a server's packet belongs to.
     *
     * @param hash of the client's endpoint
     * @param clientPort its port
     * @param endpoint endpoint index of the real server that sent the packet
     * @param endpointOfServer endpoint index by server slot
     * @param virtualPort port the server sent from, if the endpoint stands for all ports; else -1
     * @return its address, or 0
     */
    public long findByServer(
            long hash,
            long clientHi,
            long clientLo,
            int clientPort,
            int endpoint,
            int[] endpointOfServer,
            int virtualPort) {
        long index = hash & mask;
        while (true) {
            long slot = base + (index << 6);
            long found = Mem.getLong(slot + FlowRecord.KEY);
            if (found >>> 48 == clientPort
                    && Mem.getLong(slot + FlowRecord.CLIENT_LO) == clientLo
                    && Mem.getLong(slot + FlowRecord.CLIENT_HI) == clientHi
                    && found != 0
                    && endpointOfServer[Mem.getInt(slot + FlowRecord.SERVER)] == endpoint
                    && (virtualPort < 0 || (int) (found >>> 32 & 0xffff) == virtualPort)) {
                return slot;
            }
            if (found == 0) {
                return 0;
            }
            index = index + 1 & mask;
        }
    }

    /**
     * Claims a slot for a flow that {@link #find} did not find, with key and client address set and all else 0.
     *
     * @return its address, or 0 when the table is full
     */
    public long insert(long hash, long clientHi, long clientLo, long key) {
        if (size >= limit) {
            return 0;
        }
        long index = hash & mask;
        long slot = base + (index << 6);
        while (Mem.getLong(slot + FlowRecord.KEY) != 0) {
            index = index + 1 & mask;
            slot = base + (index << 6);
        }
        Mem.putLong(slot + FlowRecord.CLIENT_HI, clientHi);
        Mem.putLong(slot + FlowRecord.CLIENT_LO, clientLo);
        Mem.putLong(slot + FlowRecord.KEY, key);
        for (int word = FlowRecord.SERVER; word < FlowRecord.BYTES; word += 8) {
            Mem.putLong(slot + word, 0);
        }
        size++;
        return slot;
    }

    /**
     * Frees a record's slot and shifts later records of its probe sequence back.
     *
     * @param hasher gives the hash of a record that may have to move
     */
    public void remove(long record, FlowHasher hasher) {
        long hole = record - base >> 6;
        long index = hole;
        while (true) {
            index = index + 1 & mask;
            long slot = base + (index << 6);
            if (Mem.getLong(slot + FlowRecord.KEY) == 0) {
                break;
            }
            long home = hasher.hash(slot) & mask;
            // the record may fill the hole if its home does not lie cyclically in (hole, index]
            if ((index - home & mask) >= (index - hole & mask)) {
                long target = base + (hole << 6);
                for (int word = 0; word < FlowRecord.BYTES; word += 8) {
                    Mem.putLong(target + word, Mem.getLong(slot + word));
                }
                hole = index;
            }
        }
        Mem.putLong(base + (hole << 6) + FlowRecord.KEY, 0);
        size--;
    }

    /** Slot at which the next sweep begins; after a removal the sweeper looks at the same slot again. */
    public long sweepSlot() {
        return base + (sweepAt << 6);
    }

    /** Moves the sweep on by one slot. */
    public void sweepNext() {
        sweepAt = sweepAt + 1 & mask;
    }

    /** Slots in all. */
    public long slots() {
        return mask + 1;
    }

    /** The n-th slot, for walking the table. */
    public long slot(long n) {
        return base + (n << 6);
    }

    /** Records now. */
    public int size() {
        return size;
    }

    /** Records at most. */
    public int capacity() {
        return limit;
    }
}
