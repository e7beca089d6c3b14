package io.weir.engine.packet;

/**
 * Offsets of the transport headers: TCP (RFC 9293 §3.1), UDP (RFC 768), ICMP (RFC 792), ICMPv6 (RFC 4443), each
 * relative to its first byte, and the protocol numbers.
 */
public final class Transport {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;

    /** TCP and UDP alike. */
    public static final int SOURCE_PORT = 0;

    public static final int DESTINATION_PORT = 2;

    public static final int TCP_SEQ = 4;
    public static final int TCP_ACK = 8;
    public static final int TCP_DATA_OFFSET = 12;
    public static final int TCP_FLAGS = 13;
    public static final int TCP_WINDOW = 14;
    public static final int TCP_CHECKSUM = 16;
    public static final int TCP_URGENT = 18;
    public static final int TCP_HEADER = 20;

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;

    public static final int UDP_LENGTH = 4;
    public static final int UDP_CHECKSUM = 6;
    public static final int UDP_HEADER = 8;

    public static final int ICMP_TYPE = 0;
    public static final int ICMP_CODE = 1;
    public static final int ICMP_CHECKSUM = 2;
    /** Rest of the header: MTU, identifier and sequence number, or unused. */
    public static final int ICMP_REST = 4;

    public static final int ICMP_HEADER = 8;

    public static final int ICMP_ECHO_REPLY = 0;
    public static final int ICMP_UNREACHABLE = 3;
    public static final int ICMP_ECHO = 8;
    public static final int ICMP_TIME_EXCEEDED = 11;
    public static final int ICMP_PARAMETER = 12;
    public static final int ICMP_CODE_HOST = 1;
    public static final int ICMP_CODE_PROTOCOL = 2;
    public static final int ICMP_CODE_PORT = 3;
    public static final int ICMP_CODE_FRAGMENTATION_NEEDED = 4;

    public static final int ICMPV6_UNREACHABLE = 1;
    public static final int ICMPV6_TOO_BIG = 2;
    public static final int ICMPV6_TIME_EXCEEDED = 3;
    public static final int ICMPV6_PARAMETER = 4;
    public static final int ICMPV6_ECHO = 128;
    public static final int ICMPV6_ECHO_REPLY = 129;
    public static final int ICMPV6_NEIGHBOUR_SOLICITATION = 135;
    public static final int ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136;
    public static final int ICMPV6_CODE_ADDRESS = 3;
    public static final int ICMPV6_CODE_PORT = 4;
    public static final int ICMPV6_CODE_NEXT_HEADER = 1;

    private Transport() {}

    /** Whether an ICMP type reports an error about a quoted packet (RFC 1122 §3.2.2). */
    public static boolean isIcmpError(int type) {
        return type == ICMP_UNREACHABLE || type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER || type == 4;
    }

    /** Whether an ICMPv6 type reports an error: its high bit is clear (RFC 4443 §2.1). */
    public static boolean isIcmpV6Error(int type) {
        return type >= ICMPV6_UNREACHABLE && type <= ICMPV6_PARAMETER;
    }

    /** Offset of the checksum in a TCP or UDP header. */
    public static int checksumOffset(int protocol) {
        return protocol == TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
    }
}
