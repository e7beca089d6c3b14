package io.weir.scheduler;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Builds the tables of the hashing schedulers: slot to position in the pool. They depend on the servers' addresses,
 * ports and weights, never on their order.
 */
final class LookupTable {
    /** What Maglev's paper asks for: the slots for each server. */
    static final int MIN_SLOTS_PER_SERVER = 100;

    private static final int MIN_PLAIN_SLOTS = 256;
    private static final int MAX_PLAIN_SLOTS = 1 << 16;
    private static final int PLAIN_SLOTS_PER_SERVER = 64;

    /** Sets the servers' own hashes apart from those of clients. */
    private static final long OFFSET_SALT = 0x6f66_6673_6574_0001L;

    private static final long SKIP_SALT = 0x736b_6970_0000_0002L;
    private static final char FREE = Character.MAX_VALUE;

    private LookupTable() {}

    /**
     * The table of {@code mh} (Eisenbud et al., <i>Maglev</i>, NSDI 2016, section 3.4).
     *
     * @param pool the servers
     * @param weights by position, 0 for no slots
     * @param size a prime, at least {@value #MIN_SLOTS_PER_SERVER} slots for each server
     * @return position by slot, empty if no server has a weight
     */
    static char[] maglev(ServerPool pool, int[] weights, int size) {
        requireFit(size, pool.size());
        final int[] order = order(pool, weights);
        final int[] offsets = new int[order.length];
        final int[] skips = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            final RealServer server = pool.get(order[i]);
            final long identity = FlowHash.of(server.addressHi(), server.addressLo(), server.port());
            offsets[i] = FlowHash.below(FlowHash.mix(identity ^ OFFSET_SALT), size);
            skips[i] = FlowHash.below(FlowHash.mix(identity ^ SKIP_SALT), size - 1) + 1;
        }
        return inPool(order, populate(size, offsets, skips, pick(weights, order)));
    }

    /**
     * The table of {@code sh} and {@code dh}: the servers in turn, by weight, through a power of two of slots.
     *
     * @param pool the servers
     * @param weights by position, 0 for no slots
     * @return position by slot, empty if no server has a weight
     */
    static char[] plain(ServerPool pool, int[] weights) {
        final int[] order = order(pool, weights);
        int size = MIN_PLAIN_SLOTS;
        while (size < order.length * PLAIN_SLOTS_PER_SERVER && size < MAX_PLAIN_SLOTS) {
            size <<= 1;
        }
        final int[] offsets = new int[order.length];
        final int[] skips = new int[order.length];
        Arrays.fill(skips, 1);
        return inPool(order, populate(size, offsets, skips, pick(weights, order)));
    }

    /**
     * Fills a table: in each round every server may take the next free slot of its own permutation
     * {@code (offset + j × skip) mod size}. A server of the largest weight does so in each round, another in a part of
     * the rounds in proportion, beginning with the first.
     *
     * @return server index by slot
     */
    static char[] populate(int size, int[] offsets, int[] skips, int[] weights) {
        final int servers = weights.length;
        if (servers == 0) {
            return new char[0];
        }
        final char[] table = new char[size];
        Arrays.fill(table, FREE);
        final int heaviest = Arrays.stream(weights).max().orElseThrow();
        final int[] credit = new int[servers];
        for (int i = 0; i < servers; i++) {
            credit[i] = heaviest - weights[i];
        }
        final int[] next = offsets.clone();
        int filled = 0;
        while (true) {
            for (int i = 0; i < servers; i++) {
                credit[i] += weights[i];
                if (credit[i] < heaviest) {
                    continue;
                }
                credit[i] -= heaviest;
                int slot = next[i];
                while (table[slot] != FREE) {
                    slot += skips[i];
                    slot = slot >= size ? slot - size : slot;
                }
                next[i] = slot;
                table[slot] = (char) i;
                if (++filled == size) {
                    return table;
                }
            }
        }
    }

    /** Refuses a size that cannot serve: no prime, or too small for the number of servers. */
    static void requireFit(int size, int servers) {
        if (size < 3 || !BigInteger.valueOf(size).isProbablePrime(30)) {
            throw new IllegalArgumentException("Maglev table size " + size + " is no prime, as 65537 and 655373 are");
        }
        if ((long) servers * MIN_SLOTS_PER_SERVER > size) {
            throw new IllegalArgumentException("Maglev table size " + size + " is less than " + MIN_SLOTS_PER_SERVER
                    + " × " + servers + " servers; 655373 serves 6553");
        }
    }

    /** Positions of the servers with a weight, in the order of their identities. */
    private static int[] order(ServerPool pool, int[] weights) {
        return IntStream.range(0, weights.length)
                .filter(i -> weights[i] > 0)
                .boxed()
                .sorted(Comparator.comparing(
                        i -> new Endpoint(pool.get(i).address(), pool.get(i).port())))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int[] pick(int[] weights, int[] order) {
        return Arrays.stream(order).map(i -> weights[i]).toArray();
    }

    private static char[] inPool(int[] order, char[] table) {
        for (int slot = 0; slot < table.length; slot++) {
            table[slot] = (char) order[table[slot]];
        }
        return table;
    }
}
