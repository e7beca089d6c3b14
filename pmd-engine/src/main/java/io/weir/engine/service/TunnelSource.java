package io.weir.engine.service;

import io.weir.scheduler.IpAddress;

/**
 * Where encapsulated packets come from; immutable.
 *
 * @param first outer source address, the first of several
 * @param hostBits of a network of which each flow has an address of its own: 0 for the one address, at most
 *     {@link #MOST_BITS}; that many low bits of {@code first} are 0
 */
public record TunnelSource(IpAddress first, int hostBits) {
    /** At most: the sources are addresses that the node answers for, one by one. */
    public static final int MOST_BITS = 8;

    /** Checks the bits. */
    public TunnelSource {
        if (hostBits < 0 || hostBits > MOST_BITS || (first.lo() & (1L << hostBits) - 1) != 0) {
            throw new IllegalArgumentException("%s with %d host bits; a network of at most %d addresses would be right"
                    .formatted(first, hostBits, 1 << MOST_BITS));
        }
    }

    /** How many addresses there are. */
    public int count() {
        return 1 << hostBits;
    }

    /** One of them, from 0. */
    public IpAddress address(int n) {
        return new IpAddress(first.hi(), first.lo() | n);
    }
}
