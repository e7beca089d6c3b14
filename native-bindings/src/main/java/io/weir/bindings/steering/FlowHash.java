package io.weir.bindings.steering;

/**
 * The hash that decides which worker owns a flow, and where its record lies: the same function here and, as generated
 * instructions, in the kernel's fanout program.
 *
 * <p>It is taken of the client's endpoint, the one thing that both directions of a flow carry, under a random seed.
 */
public final class FlowHash {
    /** First multiplier: 2⁶⁴ divided by the golden ratio. */
    public static final long M1 = 0x9E3779B97F4A7C15L;
    /** Second multiplier. */
    public static final long M2 = 0xD6E8FEB86659FD93L;

    private FlowHash() {}

    /**
     * Hash of an endpoint.
     *
     * @param seed drawn once when the node starts
     * @param hi first eight bytes of the address, as a big-endian number; 0 for IPv4
     * @param lo last eight bytes; {@code 0x0000ffff_aabbccdd} for IPv4
     * @param port port number, 0 for what has none
     * @return 64 bits; the upper half chooses the worker, the lower the slot
     */
    public static long hash(long seed, long hi, long lo, int port) {
        long h = (seed ^ hi) * M1;
        h ^= h >>> 32;
        h = (h ^ lo) * M2;
        h ^= h >>> 32;
        h = (h ^ port) * M2;
        return h ^ h >>> 32;
    }

    /**
     * The worker that owns a flow.
     *
     * @param hash of the client's endpoint
     * @param workers how many there are
     * @return 0…workers − 1
     */
    public static int owner(long hash, int workers) {
        return (int) ((hash >>> 32) * workers >>> 32);
    }

    /**
     * The least hash of which a worker is the owner; its lower half is 0.
     *
     * @param worker 0…workers − 1
     * @param workers how many there are
     */
    public static long hashOwnedBy(int worker, int workers) {
        return (((long) worker << 32) + workers - 1) / workers << 32;
    }
}
