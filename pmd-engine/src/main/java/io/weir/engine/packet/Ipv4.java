package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * IPv4 header offsets (RFC 791), relative to the header's first byte.
 *
 * <pre>
 *  0       1       2       3       4       5       6       7
 * +-------+-------+---------------+---------------+---------------+
 * |ver|ihl|  tos  |  total length |      id       |flags| frag off|
 * +-------+-------+---------------+---------------+---------------+
 * |  ttl  | proto |   checksum    |        source address         |
 * +-------+-------+---------------+-------------------------------+
 * |      destination address      |  options …
 * +-------------------------------+----
 * </pre>
 *
 * An IPv4 address as two longs is v4-mapped (RFC 4291 §2.5.5.2): high half 0, low half {@code 0x0000ffff_aabbccdd}.
 */
public final class Ipv4 {
    public static final int TOS = 1;
    public static final int TOTAL_LENGTH = 2;
    public static final int ID = 4;
    public static final int FRAGMENT = 6;
    public static final int TTL = 8;
    public static final int PROTOCOL = 9;
    public static final int CHECKSUM = 10;
    public static final int SOURCE = 12;
    public static final int DESTINATION = 16;
    /** Bytes of a header without options. */
    public static final int HEADER = 20;

    public static final int DONT_FRAGMENT = 0x4000;
    public static final int MORE_FRAGMENTS = 0x2000;
    public static final int FRAGMENT_OFFSET = 0x1fff;

    /** What precedes the 32 bits of an IPv4 address in the low half of a v4-mapped address. */
    public static final long MAPPED = 0x0000_ffff_0000_0000L;

    private Ipv4() {}

    /** Low half of the v4-mapped address; the high half is 0. */
    public static long mapped(int address) {
        return MAPPED | address & 0xffff_ffffL;
    }

    /** Whether two halves are a v4-mapped address. */
    public static boolean isMapped(long hi, long lo) {
        return hi == 0 && lo >>> 32 == 0xffff;
    }

    /** Header length in bytes. */
    public static int headerLength(long ip) {
        return (Mem.getU8(ip) & 0x0f) << 2;
    }

    /** Whether a header's checksum is right; a header without options, nearly all there are, takes three loads. */
    public static boolean hasRightChecksum(long ip, int headerLength) {
        long sum;
        if (headerLength == HEADER) {
            long first = Mem.getLong(ip);
            long second = Mem.getLong(ip + 8);
            sum = (first & 0xffff_ffffL)
                    + (first >>> 32)
                    + (second & 0xffff_ffffL)
                    + (second >>> 32)
                    + (Mem.getInt(ip + 16) & 0xffff_ffffL);
        } else {
            sum = Checksum.sum(ip, headerLength, 0);
        }
        return Checksum.fold(sum) == 0xffff;
    }

    /** Computes and writes the header checksum. */
    public static void writeChecksum(long ip) {
        Mem.putU16(ip + CHECKSUM, 0);
        Mem.putU16(ip + CHECKSUM, Checksum.finish(Checksum.sum(ip, headerLength(ip), 0)));
    }
}
