package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * The internet checksum (RFC 1071) and its incremental update (RFC 1624, equation 3).
 *
 * <p>Sums are one's complement sums of 16-bit words in the machine's byte order: by RFC 1071 §2(B) the result, stored
 * the same way, is the right one on the wire. <b>Deltas</b>, in contrast, are made of header values and are sums of
 * words in network byte order: a delta is {@code Σ(~m + m')} folded to 16 bits, and {@code HC' = ~(~HC + delta)}. The
 * delta that undoes a change is its complement.
 */
public final class Checksum {
    private Checksum() {}

    /**
     * Adds the words of a region to a running sum.
     *
     * @param address first byte; the region begins at an even offset of what is summed
     * @param length bytes; an odd last byte counts as if a zero byte followed
     * @param initial running sum, not folded
     * @return a running sum that {@link #fold} takes
     */
    public static long sum(long address, int length, long initial) {
        long sum = initial;
        long at = address;
        int left = length;
        for (; left >= 8; left -= 8, at += 8) {
            long word = Mem.getLong(at);
            sum += (word & 0xffff_ffffL) + (word >>> 32);
        }
        if (left >= 4) {
            sum += Mem.getInt(at) & 0xffff_ffffL;
            at += 4;
            left -= 4;
        }
        if (left >= 2) {
            sum += Mem.getU16(at);
            at += 2;
            left -= 2;
        }
        if (left == 1) {
            sum += Mem.getU8(at); // little-endian machine: the byte is the word's first on the wire
        }
        return sum;
    }

    /** Folds a running sum, below 2⁶³, into 16 bits with end-around carry. */
    public static int fold(long sum) {
        long s = (sum & 0xffff_ffffL) + (sum >>> 32);
        s = (s & 0xffff) + (s >>> 16);
        s = (s & 0xffff) + (s >>> 16);
        return (int) ((s & 0xffff) + (s >>> 16));
    }

    /** The checksum to store, in the machine's byte order, for a running sum. */
    public static int finish(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /**
     * The delta of replacing one 16-bit word.
     *
     * @param from old word, network order value
     * @param to new word
     */
    public static int delta16(int from, int to) {
        return fold((~from & 0xffffL) + (to & 0xffffL));
    }

    /** The delta of replacing an IPv4 address, or any 32-bit value at an even offset. */
    public static int delta32(int from, int to) {
        return fold((~from & 0xffff_ffffL) + (to & 0xffff_ffffL));
    }

    /** The delta of replacing a 128-bit address. */
    public static int delta128(long fromHi, long fromLo, long toHi, long toLo) {
        return fold((fold(~fromHi) + (long) fold(~fromLo)) + (fold(toHi) + (long) fold(toLo)));
    }

    /** Two deltas as one. */
    public static int combine(int delta, int another) {
        int sum = delta + another;
        return (sum & 0xffff) + (sum >>> 16);
    }

    /** The delta that undoes a change. */
    public static int undo(int delta) {
        return ~delta & 0xffff;
    }

    /**
     * Applies a delta to a stored checksum.
     *
     * @param checksum old checksum, network order value
     * @param delta one's complement sum of the changes, at most 16 bits
     */
    public static int apply(int checksum, int delta) {
        int sum = (~checksum & 0xffff) + delta;
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~sum & 0xffff;
    }

    /**
     * Running sum of the pseudo header (RFC 9293 §3.1, RFC 8200 §8.1) of a packet in place.
     *
     * @param ip its IPv4 or IPv6 header
     * @param protocol transport protocol
     * @param transportLength bytes of transport header and payload
     */
    public static long pseudoHeader(long ip, int protocol, int transportLength) {
        long addresses = Mem.getU8(ip) >>> 4 == 4 ? sum(ip + Ipv4.SOURCE, 8, 0) : sum(ip + Ipv6.SOURCE, 32, 0);
        return addresses + swap16(protocol) + swap16(transportLength & 0xffff) + swap16(transportLength >>> 16);
    }

    /**
     * Computes and writes a TCP, UDP or ICMPv6 checksum from scratch: for frames made here, and for those whose sender
     * left it to an offload that never happened.
     *
     * @param ip the packet's IPv4 or IPv6 header
     * @param transport its transport header
     * @param protocol transport protocol
     * @param checksumOffset where in that header the checksum lies
     * @param transportLength bytes of transport header and payload
     */
    public static void writeTransport(long ip, long transport, int protocol, int checksumOffset, int transportLength) {
        Mem.putU16(transport + checksumOffset, 0);
        int checksum = finish(sum(transport, transportLength, pseudoHeader(ip, protocol, transportLength)));
        Mem.putU16(transport + checksumOffset, checksum == 0 && protocol == Transport.UDP ? 0xffff : checksum);
    }

    private static int swap16(int value) {
        return (value & 0xff) << 8 | value >>> 8;
    }
}
