package io.weir.engine.packet;

/**
 * ARP for IPv4 over Ethernet (RFC 826), offsets relative to its first byte.
 *
 * <pre>
 *  0      2      4   5   6        8                14        18              24        28
 * +------+------+---+---+--------+----------------+---------+---------------+---------+
 * | 0001 | 0800 | 6 | 4 | opcode | sender MAC     | send.IP | target MAC    | targ.IP |
 * +------+------+---+---+--------+----------------+---------+---------------+---------+
 * </pre>
 */
public final class Arp {
    /** Hardware type, protocol type and both lengths of IPv4 over Ethernet, as one 6-byte value in a long. */
    public static final long IPV4_OVER_ETHERNET = 0x0001_0800_0604L;

    public static final int OPCODE = 6;
    public static final int SENDER_MAC = 8;
    public static final int SENDER_IP = 14;
    public static final int TARGET_MAC = 18;
    public static final int TARGET_IP = 24;
    /** Bytes of the message. */
    public static final int LENGTH = 28;

    public static final int REQUEST = 1;
    public static final int REPLY = 2;

    private Arp() {}
}
