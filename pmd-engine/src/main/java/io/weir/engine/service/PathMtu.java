package io.weir.engine.service;

import io.weir.bindings.Mem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What routers have said about the longest packet that reaches a tunnel's end (RFC 1191, RFC 8201): one word off-heap.
 *
 * <pre>
 *  63                32 31                 0
 * +--------------------+--------------------+
 * |  learned at, ms    |  MTU, 0: not known |
 * +--------------------+--------------------+
 * </pre>
 *
 * <p>Any worker writes it, whichever received the router's word; all read it. Each store is whole and opaque. Of two at the
 * same time one is lost, and learned again from the next packet that is too long. An MTU is forgotten after ten minutes
 * (RFC 1191 §6.3), and grows by that alone; so whoever forges a router's word gains ten minutes of packets that are no
 * shorter than {@link #LEAST}.
 */
public final class PathMtu {
    /** No word of a router makes it less: Linux's {@code net.ipv4.route.min_pmtu}. */
    public static final int LEAST = 552;

    /** What a router means that says no number (RFC 1191 §5: before there was a field for it). */
    public static final int UNNAMED = 576;

    private static final int LASTS_MS = 600_000;

    private static final int LINE = 64;

    private final MemorySegment word = Arena.ofAuto().allocate(LINE, LINE);

    PathMtu() {
        Mem.allow(word.address(), LINE);
    }

    /** Where the word lies, for as long as this object is reachable. */
    public long address() {
        return word.address();
    }

    /** The MTU, or 0. */
    public static int get(long word) {
        return (int) Mem.getLongOpaque(word);
    }

    /**
     * Takes a router's word.
     *
     * @param mtu longest outer packet that it forwards
     * @param nowMs the worker's time
     * @return whether that is news
     */
    public static boolean learn(long word, int mtu, int nowMs) {
        int least = Math.max(mtu == 0 ? UNNAMED : mtu, LEAST);
        expire(word, nowMs);
        int known = get(word);
        if (known != 0 && known <= least) {
            return false;
        }
        Mem.putLongOpaque(word, (long) nowMs << 32 | least);
        return true;
    }

    /** Forgets what was learned long ago. */
    public static void expire(long word, int nowMs) {
        long now = Mem.getLongOpaque(word);
        if (now != 0 && nowMs - (int) (now >>> 32) >= LASTS_MS) {
            Mem.putLongOpaque(word, 0);
        }
    }
}
