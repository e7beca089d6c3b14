package io.weir.engine.flow;

/**
 * Remembers the ports of fragmented datagrams, so that their later fragments, which carry none, find their flow.
 *
 * <p>Direct-mapped: a new datagram takes the place of an old one with the same slot. Entries die after
 * {@link #LIFETIME_MS}, Linux's own time for reassembly ({@code ipfrag_time}). Owned by one worker: the one that
 * receives the fragments, which the device's hash sends to one queue because it covers addresses only for them.
 */
public final class FragmentTable {
    /** Milliseconds that a datagram is remembered. */
    public static final int LIFETIME_MS = 30_000;

    private static final int LONGS = 6;

    private final long[] entries;
    private final int mask;

    /**
     * @param capacity datagrams, a power of two
     */
    public FragmentTable(int capacity) {
        entries = new long[capacity * LONGS];
        mask = capacity - 1;
    }

    /** Remembers a datagram's ports from its first fragment. */
    public void put(
            long sourceHi, long sourceLo, long destHi, long destLo, int id, int protocol, int ports, int nowMs) {
        final long[] e = entries;
        int at = slot(sourceLo, destLo, id, protocol);
        e[at] = sourceHi;
        e[at + 1] = sourceLo;
        e[at + 2] = destHi;
        e[at + 3] = destLo;
        e[at + 4] = (long) id << 32 | protocol << 1 | 1;
        e[at + 5] = (long) nowMs << 32 | ports & 0xffff_ffffL;
    }

    /**
     * Finds the ports of a later fragment's datagram.
     *
     * @return source port in bits 31…16, destination port in bits 15…0; -1 when the datagram is unknown
     */
    public long find(long sourceHi, long sourceLo, long destHi, long destLo, int id, int protocol, int nowMs) {
        final long[] e = entries;
        int at = slot(sourceLo, destLo, id, protocol);
        if (e[at + 4] != ((long) id << 32 | protocol << 1 | 1)
                || e[at + 1] != sourceLo
                || e[at + 3] != destLo
                || e[at] != sourceHi
                || e[at + 2] != destHi
                || nowMs - (int) (e[at + 5] >>> 32) >= LIFETIME_MS) {
            return -1;
        }
        return e[at + 5] & 0xffff_ffffL;
    }

    private int slot(long sourceLo, long destLo, int id, int protocol) {
        long h = (sourceLo ^ Long.rotateLeft(destLo, 32) ^ (long) id << 8 ^ protocol) * 0x9E3779B97F4A7C15L;
        return ((int) (h >>> 40) & mask) * LONGS;
    }
}
