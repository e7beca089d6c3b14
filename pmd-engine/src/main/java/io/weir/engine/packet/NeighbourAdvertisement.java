package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * Neighbour advertisements (RFC 4861 §4.4), always with the target's link-layer address, from the target itself.
 *
 * <pre>
 *  0      1      2          4            8                24     25     26            32
 * +------+------+----------+------------+----------------+------+------+-------------+
 * | 136  |  0   | checksum | R S O  0   | target address |  2   |  1   | target MAC  |
 * +------+------+----------+------------+----------------+------+------+-------------+
 * </pre>
 *
 * The router flag is set: a node that forwards is a router, and RFC 9568 §6.4.3 demands it of virtual routers. A
 * neighbour that had learned of one as a router would drop its routes otherwise.
 */
public final class NeighbourAdvertisement {
    /** Bytes of the message without IP header. */
    public static final int LENGTH = 32;

    private static final int ROUTER = 0x8000_0000;
    private static final int SOLICITED = 0x4000_0000;
    private static final int OVERRIDE = 0x2000_0000;
    private static final int HOP_LIMIT = 255;
    private static final long ALL_NODES_HI = 0xff02_0000_0000_0000L;

    /** The Ethernet address of all IPv6 nodes. */
    public static final long ALL_NODES_MAC = 0x3333_0000_0001L;

    private NeighbourAdvertisement() {}

    /** Writes IPv6 header and message to all nodes: nobody asked, or who asked has no address yet. */
    public static void writeToAll(long ip, long targetHi, long targetLo, long mac) {
        write(ip, ROUTER | OVERRIDE, targetHi, targetLo, mac, ALL_NODES_HI, 1);
    }

    /** Writes IPv6 header and message to the one who asked. */
    public static void writeAnswer(long ip, long targetHi, long targetLo, long mac, long askerHi, long askerLo) {
        write(ip, ROUTER | SOLICITED | OVERRIDE, targetHi, targetLo, mac, askerHi, askerLo);
    }

    private static void write(long ip, int flags, long targetHi, long targetLo, long mac, long destHi, long destLo) {
        Ipv6.writeHeader(ip, Transport.ICMPV6, LENGTH, HOP_LIMIT, targetHi, targetLo, destHi, destLo);
        long icmp = ip + Ipv6.HEADER;
        Mem.putIntBe(icmp, Transport.ICMPV6_NEIGHBOUR_ADVERTISEMENT << 24);
        Mem.putIntBe(icmp + 4, flags);
        Mem.putLongBe(icmp + 8, targetHi);
        Mem.putLongBe(icmp + 16, targetLo);
        Mem.putLongBe(icmp + 24, 0x0201_0000_0000_0000L | mac); // target link-layer address, one unit of 8 bytes
        Checksum.writeTransport(ip, icmp, Transport.ICMPV6, Transport.ICMP_CHECKSUM, LENGTH);
    }
}
