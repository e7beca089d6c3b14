package io.weir.ha.reconstruct;

/**
 * The ways to clients that a worker has asked for lately, so that it asks once for all flows of a client. Owned by that
 * worker: direct-mapped, an entry in place of another with the same slot.
 */
final class ClientHops {
    private static final int SLOTS = 1 << 12;
    private static final long FRESH_NS = 10_000_000_000L;
    private static final long ASK_AGAIN_NS = 100_000_000L;

    private final long[] hi = new long[SLOTS];
    private final long[] lo = new long[SLOTS];
    private final long[] hop = new long[SLOTS];
    private final long[] since = new long[SLOTS];

    /** The way to a client, or 0: it is not known. */
    long get(long clientHi, long clientLo, long nowNs) {
        int slot = slot(clientHi, clientLo);
        return isFor(slot, clientHi, clientLo) && nowNs - since[slot] < FRESH_NS ? hop[slot] : 0;
    }

    /** Whether it is time to ask for the way to a client; remembers that it was asked for. */
    boolean mustAsk(long clientHi, long clientLo, long nowNs) {
        int slot = slot(clientHi, clientLo);
        if (isFor(slot, clientHi, clientLo) && nowNs - since[slot] < ASK_AGAIN_NS) {
            return false;
        }
        put(clientHi, clientLo, 0, nowNs);
        return true;
    }

    void put(long clientHi, long clientLo, long way, long nowNs) {
        int slot = slot(clientHi, clientLo);
        hi[slot] = clientHi;
        lo[slot] = clientLo;
        hop[slot] = way;
        since[slot] = nowNs;
    }

    private boolean isFor(int slot, long clientHi, long clientLo) {
        return lo[slot] == clientLo && hi[slot] == clientHi;
    }

    private static int slot(long hi, long lo) {
        long h = (lo ^ Long.rotateLeft(hi, 32)) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 40) & SLOTS - 1;
    }
}
