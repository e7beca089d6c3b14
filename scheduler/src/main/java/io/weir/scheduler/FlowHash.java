package io.weir.scheduler;

/**
 * The hash behind {@code sh}, {@code dh} and {@code mh}. It has no seed and never changes: a node must find the server
 * that another node, or another version, chose for a flow.
 *
 * <p>Each word passes through SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014; Stafford's variant 13).
 */
public final class FlowHash {
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private FlowHash() {}

    /**
     * Hashes an endpoint.
     *
     * @param hi its address, upper half
     * @param lo lower half
     * @param port its port, or 0 where the port does not matter
     * @return 64 bits, each as good as the others
     */
    public static long of(long hi, long lo, int port) {
        return mix(mix(mix(hi + GOLDEN) + lo) + port);
    }

    static long mix(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    /** The hash for the n-th attempt to find a server, n from 1. */
    static long again(long hash, int attempt) {
        return mix(hash + attempt * GOLDEN);
    }

    /** Reduces the upper 32 bits to 0 … {@code bound} − 1 by a multiplication. */
    static int below(long hash, int bound) {
        return (int) ((hash >>> 32) * bound >>> 32);
    }
}
