package io.weir.engine.flow;

import io.weir.bindings.Mem;

/**
 * One worker's flow records: open addressing with linear probing over cache-line slots, from a home that is always the
 * first of a pair of slots.
 *
 * <p>Owned by its worker; no other thread touches it. The record lies in the index itself, and nine times in ten in the
 * pair at home: two lines of one page, of which {@link #candidate} lets a burst load the right one for all its flows before
 * it looks at any. A look-up then seldom waits for memory, and seldom for a mispredicted branch. Records move only in
 * {@link #remove}, which the worker calls between bursts, so an address found during a burst stays good to its end. Removal
 * shifts the rest of the probe sequence back instead of leaving a tombstone, so the table never degrades.
 *
 * <p>The memory is the caller's, zeroed, a multiple of the cache line in address.
 */
public final class FlowTable {
    /** Of what {@link #probe} returns: there is no record, but here is room for it. */
    public static final long FREE = 1;
    /** Of what {@link #probe} returns: other flows have the same client endpoint. */
    public static final long SHARED = 2;

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

    /** The first of the two slots, one after the other, in which a flow with this hash would like to lie. */
    public long home(long hash) {
        return base + (index(hash) << 6);
    }

    private long index(long hash) {
        return hash & mask & ~1L;
    }

    /**
     * The record that a flow most likely has, chosen without a branch: the first of the home pair if it has the client's
     * port, else the second.
     *
     * @param firstKey the key in the home slot
     * @return address of a slot, which may be free or another flow's
     */
    public static long candidate(long home, long firstKey, int clientPort) {
        long difference = firstKey >>> 48 ^ clientPort;
        return home + ((difference | -difference) >>> 63 << 6);
    }

    /** Whether a record is this flow's. */
    public static boolean isOf(long record, long clientHi, long clientLo, long key) {
        return Mem.getLong(record + FlowRecord.KEY) == key
                && Mem.getLong(record + FlowRecord.CLIENT_LO) == clientLo
                && Mem.getLong(record + FlowRecord.CLIENT_HI) == clientHi;
    }

    /**
     * Finds the record that a client's packet belongs to.
     *
     * @param hash of the client's endpoint
     * @return its address, or 0
     */
    public long find(long hash, long clientHi, long clientLo, long key) {
        long index = index(hash);
        while (true) {
            long slot = base + (index << 6);
            if (isOf(slot, clientHi, clientLo, key)) {
                return slot;
            }
            long found = Mem.getLong(slot + FlowRecord.KEY);
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
        long index = index(hash);
        while (true) {
            long slot = base + (index << 6);
            long found = Mem.getLong(slot + FlowRecord.KEY);
            if (isServersOf(slot, clientHi, clientLo, clientPort, endpoint, endpointOfServer, virtualPort)) {
                return slot;
            }
            if (found == 0) {
                return 0;
            }
            index = index + 1 & mask;
        }
    }

    /** Finds a record likewise, but none of a translated flow: its server knows the client by another endpoint. */
    public long findPlainByServer(
            long hash,
            long clientHi,
            long clientLo,
            int clientPort,
            int endpoint,
            int[] endpointOfServer,
            int virtualPort) {
        long index = index(hash);
        while (true) {
            long slot = base + (index << 6);
            if (isServersOf(slot, clientHi, clientLo, clientPort, endpoint, endpointOfServer, virtualPort)
                    && FlowRecord.localPort(slot) == 0) {
                return slot;
            }
            if (Mem.getLong(slot + FlowRecord.KEY) == 0) {
                return 0;
            }
            index = index + 1 & mask;
        }
    }

    /** Whether a record is of the flow in which this server talks to this client; the same parameters. */
    public static boolean isServersOf(
            long record,
            long clientHi,
            long clientLo,
            int clientPort,
            int endpoint,
            int[] endpointOfServer,
            int virtualPort) {
        long key = Mem.getLong(record + FlowRecord.KEY);
        return key >>> 48 == clientPort
                && Mem.getLong(record + FlowRecord.CLIENT_LO) == clientLo
                && Mem.getLong(record + FlowRecord.CLIENT_HI) == clientHi
                && key != 0
                && endpointOfServer[Mem.getInt(record + FlowRecord.SERVER)] == endpoint
                && (virtualPort < 0 || (int) (key >>> 32 & 0xffff) == virtualPort);
    }

    /**
     * Finds a flow's record or, if there is none, the slot to make it in.
     *
     * @param hash of the client's endpoint
     * @return the record's address; or that of a free slot with {@link #FREE} added, and {@link #SHARED} as well when
     *     another flow of the client's endpoint is in the table
     */
    public long probe(long hash, long clientHi, long clientLo, long key) {
        long index = index(hash);
        long shared = FREE;
        while (true) {
            long slot = base + (index << 6);
            long found = Mem.getLong(slot + FlowRecord.KEY);
            if (found == 0) {
                return slot + shared;
            }
            if (found >>> 48 == key >>> 48
                    && Mem.getLong(slot + FlowRecord.CLIENT_LO) == clientLo
                    && Mem.getLong(slot + FlowRecord.CLIENT_HI) == clientHi) {
                if (found == key) {
                    return slot;
                }
                shared = FREE | SHARED;
            }
            index = index + 1 & mask;
        }
    }

    /** Whether {@link #probe} found no record. */
    public static boolean isFree(long probed) {
        return (probed & FREE) != 0;
    }

    /**
     * Makes a record in the free slot that {@link #probe} has found, with nothing inserted since: with key and client
     * address set and all else 0.
     *
     * @return its address, or 0 when the table is full
     */
    public long insert(long probed, long clientHi, long clientLo, long key) {
        if (size >= limit) {
            return 0;
        }
        long slot = probed & -FlowRecord.BYTES;
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
            long home = index(hasher.hash(slot));
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

    /** Frees a record's slot and leaves a gap in its probe sequence: for emptying the whole table. */
    public void forget(long record) {
        Mem.putLong(record + FlowRecord.KEY, 0);
        size--;
    }

    /** Slot at which the next sweep begins. */
    public long sweepSlot() {
        return base + (sweepAt << 6);
    }

    /**
     * Moves the sweep on by one slot: downwards, so that what {@link #remove} shifts back has been looked at already, and
     * a cluster that is over altogether goes from its end without a single shift.
     */
    public void sweepNext() {
        sweepAt = sweepAt - 1 & mask;
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
