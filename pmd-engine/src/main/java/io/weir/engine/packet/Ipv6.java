package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * IPv6 header offsets (RFC 8200), relative to the header's first byte.
 *
 * <pre>
 *  0               4       6       7       8                8+16              40
 * +---------------+-------+-------+-------+----------------+----------------+------
 * | ver class flow| plen  | next  | hops  | source address | dest. address  | next …
 * +---------------+-------+-------+-------+----------------+----------------+------
 * </pre>
 */
public final class Ipv6 {
    public static final int PAYLOAD_LENGTH = 4;
    public static final int NEXT_HEADER = 6;
    public static final int HOP_LIMIT = 7;
    public static final int SOURCE = 8;
    public static final int DESTINATION = 24;
    public static final int HEADER = 40;
    /** Every link carries packets of this size (RFC 8200 §5). */
    public static final int MIN_MTU = 1280;

    public static final int EXT_HOP_BY_HOP = 0;
    public static final int EXT_ROUTING = 43;
    public static final int EXT_FRAGMENT = 44;
    public static final int EXT_NONE = 59;
    public static final int EXT_DESTINATION = 60;

    /** Extension headers that a packet may carry before the transport header; one with more is dropped. */
    public static final int MAX_EXTENSIONS = 8;

    private Ipv6() {}

    /** Writes a header without extensions, traffic class and flow label 0. */
    public static void writeHeader(
            long ip, int next, int payload, int hopLimit, long sourceHi, long sourceLo, long destHi, long destLo) {
        Mem.putIntBe(ip, 0x60000000);
        Mem.putIntBe(ip + PAYLOAD_LENGTH, payload << 16 | next << 8 | hopLimit);
        Mem.putLongBe(ip + SOURCE, sourceHi);
        Mem.putLongBe(ip + SOURCE + 8, sourceLo);
        Mem.putLongBe(ip + DESTINATION, destHi);
        Mem.putLongBe(ip + DESTINATION + 8, destLo);
    }
}
