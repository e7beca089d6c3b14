package io.weir.engine.counters;

import io.weir.bindings.Mem;

/**
 * What each worker counts of each real server: one cache line a (worker, server slot), in the counters file.
 *
 * <pre>
 *   0             8              16         24          32            40       44         48
 *  +-------------+--------------+----------+-----------+-------------+--------+----------+---------
 *  | packets in  | packets out  | bytes in | bytes out | connections | active | inactive | unused
 *  +-------------+--------------+----------+-----------+-------------+--------+----------+---------
 * </pre>
 *
 * "In" is towards the server. Written by the worker alone with opaque stores, read by anybody; schedulers of other
 * workers read active and inactive, which may lag.
 */
public final class ServerStats {
    public static final int LINE = 64;
    public static final int PACKETS_IN = 0;
    public static final int PACKETS_OUT = 8;
    public static final int BYTES_IN = 16;
    public static final int BYTES_OUT = 24;
    public static final int CONNECTIONS = 32;
    public static final int ACTIVE = 40;
    public static final int INACTIVE = 44;

    private final long base;
    private final int slots;
    private final int workers;

    /**
     * @param base address of {@link #byteSize} zeroed bytes
     * @param slots server slots
     * @param workers workers of the node
     */
    public ServerStats(long base, int slots, int workers) {
        this.base = base;
        this.slots = slots;
        this.workers = workers;
    }

    /** Bytes for so many slots and workers. */
    public static long byteSize(int slots, int workers) {
        return (long) slots * workers * LINE;
    }

    /** Address of one line. */
    public long line(int worker, int slot) {
        return base + ((long) worker * slots + slot) * LINE;
    }

    /** Server slots. */
    public int slots() {
        return slots;
    }

    /** Sum of a 64-bit word of all workers. */
    public long sum(int slot, int word) {
        long sum = 0;
        for (int worker = 0; worker < workers; worker++) {
            sum += Mem.getLongOpaque(line(worker, slot) + word);
        }
        return sum;
    }

    /** Connections of a slot, active and inactive ones: never 0 while there is one, though it changes from one to the other. */
    public long connections(int slot) {
        long sum = 0;
        for (int worker = 0; worker < workers; worker++) {
            long both = Mem.getLongOpaque(line(worker, slot) + ACTIVE);
            sum += (both & 0xffff_ffffL) + (both >>> 32);
        }
        return sum;
    }

    /** Sum of a 32-bit word of all workers. */
    public int sumInt(int slot, int word) {
        int sum = 0;
        for (int worker = 0; worker < workers; worker++) {
            sum += Mem.getIntOpaque(line(worker, slot) + word);
        }
        return sum;
    }

    /** Owner of the line: adds to a 64-bit word. */
    public static void add(long line, int word, long n) {
        Mem.putLong(line + word, Mem.getLong(line + word) + n);
    }

    /** Owner of the line: an active connection becomes inactive or the other way round, in one store. */
    public static void move(long line, boolean toActive) {
        long oneMoreActive = 1 - (1L << 32);
        long both = Mem.getLong(line + ACTIVE);
        Mem.putLongOpaque(line + ACTIVE, toActive ? both + oneMoreActive : both - oneMoreActive);
    }

    /** Owner of the line: adds to a 32-bit word. */
    public static void addInt(long line, int word, int n) {
        Mem.putIntOpaque(line + word, Mem.getInt(line + word) + n);
    }
}
