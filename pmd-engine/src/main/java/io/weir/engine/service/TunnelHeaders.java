package io.weir.engine.service;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Encapsulation;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.scheduler.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The headers that are put before packets, ready but for what differs from packet to packet: one template a server, off-heap,
 * of one {@link ServiceTable}. Written by the control thread before the table is published, read by the workers.
 *
 * <pre>
 *   0          8          16         24         32       36       40        44        48
 *  +----------+----------+----------+----------+--------+--------+---------+---------+
 *  | next hop | path MTU | MAC      | host mask| copied | length | IP sum  | traits  |
 *  +----------+----------+----------+----------+--------+--------+---------+---------+
 *  ...                                       160
 *         … | type | outer IP | UDP | GRE, GUE, VXLAN + Ethernet |
 *  ------------------------------------------+
 * </pre>
 *
 * The headers end at {@value #END}, and so many bytes before it are to be copied as make a multiple of eight: from the
 * EtherType or a little before.
 */
public final class TunnelHeaders {
    /** Where the headers end, from the template's address. */
    public static final int END = 160;

    /** The outer header is one of IPv6. */
    public static final int IPV6 = 1;
    /** There is a UDP header. */
    public static final int UDP = 2;
    /** What is carried is a frame. */
    public static final int ETHERNET = 4;

    /** Hop limit and TTL of outer headers. */
    private static final int TTL = 64;

    private static final int TYPE_BYTES = 2;
    private static final int SIZE = 192;
    private static final int HOP = 0;
    private static final int PATH = 8;
    private static final int MAC = 16;
    private static final int HOST_MASK = 24;
    private static final int COPIED = 32;
    private static final int LENGTH = 36;
    private static final int IP_SUM = 40;
    private static final int TRAITS = 44;

    private final MemorySegment memory;
    private final long base;
    private int written;

    /**
     * @param count templates
     */
    TunnelHeaders(int count) {
        memory = Arena.ofAuto().allocate(Math.max(1, count) * (long) SIZE, 64);
        base = memory.address();
        Mem.allow(base, memory.byteSize());
    }

    /**
     * Writes one more template.
     *
     * @param tunnel how packets are encapsulated
     * @param ipv6 whether the packets are of IPv6
     * @param source where they come from then
     * @param hop {@link NextHop} towards the outer destination; 0: none is known
     * @param mac VXLAN: inner destination
     * @param path what is known of the path's MTU
     * @return where it lies
     */
    long add(Tunnel tunnel, boolean ipv6, TunnelSource source, long hop, long mac, PathMtu path) {
        long at = base + (long) written++ * SIZE;
        boolean outer6 = !tunnel.destination().isV4();
        int length = tunnel.overhead();
        boolean ethernet = tunnel.kind() == Tunnel.Kind.VXLAN;
        Mem.putLong(at + HOP, hop);
        Mem.putLong(at + PATH, path.address());
        Mem.putLong(at + MAC, mac);
        Mem.putLong(at + HOST_MASK, source.count() - 1);
        Mem.putInt(at + COPIED, TYPE_BYTES + length + 7 & ~7);
        Mem.putInt(at + LENGTH, length);
        Mem.putInt(at + TRAITS, (outer6 ? IPV6 : 0) | (tunnel.kind().isUdp() ? UDP : 0) | (ethernet ? ETHERNET : 0));
        long ip = at + END - length;
        Mem.putU16Be(ip - 2, Encapsulation.etherType(outer6));
        int protocol = protocol(tunnel.kind(), ipv6);
        IpAddress from = source.first();
        IpAddress to = tunnel.destination();
        if (outer6) {
            Ipv6.writeHeader(ip, protocol, 0, TTL, from.hi(), from.lo(), to.hi(), to.lo());
        } else {
            Mem.putIntBe(ip, 0x45000000);
            Mem.putIntBe(ip + Ipv4.ID, 0);
            Mem.putIntBe(ip + Ipv4.TTL, TTL << 24 | protocol << 16);
            Mem.putIntBe(ip + Ipv4.SOURCE, (int) from.lo());
            Mem.putIntBe(ip + Ipv4.DESTINATION, (int) to.lo());
            Mem.putInt(at + IP_SUM, networkOrderSum(ip));
        }
        writeTunnel(ip + (outer6 ? Ipv6.HEADER : Ipv4.HEADER), tunnel, ipv6);
        return at;
    }

    private static int protocol(Tunnel.Kind kind, boolean ipv6) {
        return switch (kind) {
            case IPIP -> Encapsulation.protocol(ipv6);
            case GRE -> Encapsulation.PROTOCOL_GRE;
            case GUE, VXLAN -> Transport.UDP;
        };
    }

    /** The sum of a header's words as numbers, folded. */
    private static int networkOrderSum(long ip) {
        int sum = 0;
        for (int word = 0; word < Ipv4.HEADER; word += 2) {
            sum = Checksum.combine(sum, Mem.getU16Be(ip + word));
        }
        return sum;
    }

    private static void writeTunnel(long at, Tunnel tunnel, boolean ipv6) {
        long header = at + (tunnel.kind().isUdp() ? Transport.UDP_HEADER : 0);
        if (tunnel.kind().isUdp()) {
            Mem.putIntBe(at, tunnel.port());
            Mem.putIntBe(at + Transport.UDP_LENGTH, 0);
        }
        switch (tunnel.kind()) {
            case IPIP -> {}
            case GRE -> Mem.putIntBe(header, Encapsulation.etherType(ipv6));
            case GUE -> Mem.putIntBe(header, Encapsulation.protocol(ipv6) << 16);
            case VXLAN -> {
                Mem.putIntBe(header, Encapsulation.VXLAN_VALID_VNI << 24);
                Mem.putIntBe(header + Encapsulation.VXLAN_VNI, tunnel.vni() << 8);
                Mem.putU16Be(header + Encapsulation.VXLAN_HEADER + Ethernet.TYPE, Encapsulation.etherType(ipv6));
            }
        }
    }

    /** {@link NextHop} towards the outer destination; 0: none is known. */
    public static long hop(long template) {
        return Mem.getLong(template + HOP);
    }

    /** Where {@link PathMtu} has its word. */
    public static long path(long template) {
        return Mem.getLong(template + PATH);
    }

    /** VXLAN: inner destination; 0: it is not known. */
    public static long mac(long template) {
        return Mem.getLong(template + MAC);
    }

    /** The bits of a flow's hash that make its source address. */
    public static int hostMask(long template) {
        return (int) Mem.getLong(template + HOST_MASK);
    }

    /** Protocol of the outer IP header. */
    public static int protocol(long template) {
        long ip = template + END - length(template);
        return Mem.getU8(ip + ((traits(template) & IPV6) != 0 ? Ipv6.NEXT_HEADER : Ipv4.PROTOCOL));
    }

    /** UDP port of the outer destination; of a tunnel without UDP 0. */
    public static int port(long template) {
        int traits = traits(template);
        long transport = template + END - length(template) + ((traits & IPV6) != 0 ? Ipv6.HEADER : Ipv4.HEADER);
        return (traits & UDP) != 0 ? Mem.getU16Be(transport + Transport.DESTINATION_PORT) : 0;
    }

    /** Bytes to copy, a multiple of eight. */
    public static int copied(long template) {
        return Mem.getInt(template + COPIED);
    }

    /** Bytes from the outer IP header to the inner one. */
    public static int length(long template) {
        return Mem.getInt(template + LENGTH);
    }

    /** Sum of the outer IPv4 header's words, in network order, as it stands in the template. */
    public static int ipSum(long template) {
        return Mem.getInt(template + IP_SUM);
    }

    /** Bit set of the constants above. */
    public static int traits(long template) {
        return Mem.getInt(template + TRAITS);
    }
}
