package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.forward.NatForwarder.Outcome;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Encapsulation;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.PathMtu;
import io.weir.engine.service.ServiceTable;
import io.weir.engine.service.TunnelHeaders;

/**
 * VS/TUN, and DR over an overlay: a client's packet is rewritten as {@link NatForwarder} does it for DR, gets the headers of
 * its server's tunnel before it, and goes to the tunnel's other end. The headers are a copy of a template
 * ({@link TunnelHeaders}) in which lengths, marks and what tells flows apart are filled in.
 *
 * <ul>
 *   <li>Type of service and ECN are those of the packet (RFC 6040 §4.1, normal mode; RFC 2983, uniform).
 *   <li>Don't-fragment is that of the packet (RFC 2003 §3.1); of IPv6 packets in IPv4 it is set from
 *       {@link Ipv6#MIN_MTU} bytes on (RFC 4213 §3.2.1).
 *   <li>A flow's UDP source port, IPv6 flow label (RFC 6438) and, if there are several, source address follow from its hash,
 *       so that the receiver's queues share the flows.
 *   <li>UDP has no checksum over IPv4 (RFC 7348 §5) and one over IPv6, computed from that of the packet inside where
 *       that has one: its bytes are not read.
 * </ul>
 *
 * <p>Owned by one worker. The headers lie in the frame's headroom.
 */
public final class TunnelForwarder {
    private final NatForwarder nat;
    private final Egress egress;
    private final WorkerCounters counters;
    private int identification;

    /**
     * @param nat the worker's forwarder of plain flows
     * @param egress the worker's way out
     * @param counters the worker's counters
     */
    public TunnelForwarder(NatForwarder nat, Egress egress, WorkerCounters counters) {
        this.nat = nat;
        this.egress = egress;
        this.counters = counters;
    }

    /** Sends frame {@code i}, of a client, through the tunnel of its flow's server, which has one. */
    public Outcome toServer(
            FrameBatch batch, Burst burst, int i, long record, ServiceTable table, PortFacts ports, int nowMs) {
        int server = FlowRecord.server(record);
        long tunnel = table.tunnel(server);
        int traits = burst.traits(i);
        int length = burst.end(i) - burst.l3(i);
        long ip = batch.address[i] + burst.l3(i);
        int outerLength = length + TunnelHeaders.length(tunnel);
        Outcome obstacle = nat.obstacle(TunnelHeaders.hop(tunnel), ports, traits, outerLength, ip);
        if (obstacle != Outcome.SENT) {
            return obstacle;
        }
        int path = PathMtu.get(TunnelHeaders.path(tunnel));
        if (path != 0 && outerLength > path && isTooBigSlowPath(tunnel, outerLength, traits, length, nowMs)) {
            return Outcome.TOO_BIG;
        }
        nat.rewriteToServer(batch, burst, i, record, table, server);
        long sum = (TunnelHeaders.traits(tunnel) & (TunnelHeaders.UDP | TunnelHeaders.IPV6))
                        == (TunnelHeaders.UDP | TunnelHeaders.IPV6)
                ? sum(ip, batch.address[i] + burst.l4(i), length, burst.protocol(i), traits)
                : 0;
        if (!send(tunnel, ip, length, (traits & Burst.IPV6) != 0, burst.hash(i), sum, ports)) {
            return Outcome.NO_ROOM;
        }
        nat.account(server, ServerStats.PACKETS_IN, ServerStats.BYTES_IN, length);
        return Outcome.SENT;
    }

    /** Whether what routers have said still holds; IPv6 packets of the least MTU go on, an IPv4 router may fragment them. */
    private static boolean isTooBigSlowPath(long tunnel, int outerLength, int traits, int length, int nowMs) {
        PathMtu.expire(TunnelHeaders.path(tunnel), nowMs);
        int path = PathMtu.get(TunnelHeaders.path(tunnel));
        boolean least = (traits & Burst.IPV6) != 0
                && (TunnelHeaders.traits(tunnel) & TunnelHeaders.IPV6) == 0
                && length <= Ipv6.MIN_MTU;
        return path != 0 && outerLength > path && !least;
    }

    /**
     * Longest packet that a tunnel takes.
     *
     * @param tunnel its template, whose next hop is known
     */
    public static int mtu(long tunnel, PortFacts ports, boolean ipv6) {
        int link = ports.mtu()[NextHop.port(TunnelHeaders.hop(tunnel))];
        int path = PathMtu.get(TunnelHeaders.path(tunnel));
        return innerMtu(path == 0 ? link : Math.min(link, path), TunnelHeaders.length(tunnel), ipv6);
    }

    /** Longest packet for which there is room in an outer one. */
    static int innerMtu(int outer, int overhead, boolean ipv6) {
        return ipv6 ? Math.max(Ipv6.MIN_MTU, outer - overhead) : outer - overhead;
    }

    /**
     * Sends a packet that is no client's to the other end of a tunnel whose next hop is known.
     *
     * @param ip the packet, in a frame with headroom
     * @param length its bytes
     * @param hash tells its flow
     * @param sent counted when it is sent
     */
    void send(long tunnel, long ip, int length, boolean ipv6, long hash, PortFacts ports, Counter sent) {
        if (length + TunnelHeaders.length(tunnel) > ports.mtu()[NextHop.port(TunnelHeaders.hop(tunnel))]) {
            egress.drop(ip, Counter.DROP_TOO_BIG);
        } else if (send(tunnel, ip, length, ipv6, hash, Checksum.sum(ip, length, 0), ports)) {
            counters.increment(sent);
        }
    }

    private boolean send(long tunnel, long ip, int length, boolean ipv6, long hash, long sum, PortFacts ports) {
        final int copied = TunnelHeaders.copied(tunnel);
        final long from = tunnel + TunnelHeaders.END - copied;
        final long to = ip - copied;
        for (int n = 0; n < copied; n += Long.BYTES) {
            Mem.putLong(to + n, Mem.getLong(from + n));
        }
        int headers = TunnelHeaders.length(tunnel);
        int traits = TunnelHeaders.traits(tunnel);
        long outer = ip - headers;
        int entropy = (int) (hash * 0x9e37_79b9_7f4a_7c15L >>> 40);
        int host = entropy & TunnelHeaders.hostMask(tunnel);
        int word = Mem.getIntBe(ip);
        int tos = ipv6 ? word >>> 20 & 0xff : word >>> 16 & 0xff;
        if ((traits & TunnelHeaders.ETHERNET) != 0) {
            Ethernet.address(ip - Ethernet.HEADER, TunnelHeaders.mac(tunnel), ports.mac()[0]);
        }
        if ((traits & TunnelHeaders.IPV6) != 0) {
            Mem.putIntBe(outer, 0x60000000 | tos << 20 | entropy & 0xfffff);
            Mem.putU16Be(outer + Ipv6.PAYLOAD_LENGTH, headers - Ipv6.HEADER + length);
            Mem.putLongBe(outer + Ipv6.SOURCE + 8, Mem.getLongBe(outer + Ipv6.SOURCE + 8) | host);
        } else {
            int dontFragment =
                    ipv6 ? length > Ipv6.MIN_MTU ? Ipv4.DONT_FRAGMENT : 0 : Mem.getIntBe(ip + Ipv4.ID) & 0x4000;
            writeIpv4(outer, TunnelHeaders.ipSum(tunnel), tos, headers + length, dontFragment, host);
        }
        if ((traits & TunnelHeaders.UDP) != 0) {
            writeUdp(outer, ip, length, traits, entropy, sum);
        }
        counters.increment(Counter.TUNNEL_SENT);
        long begin = outer - Ethernet.HEADER;
        return egress.forward(TunnelHeaders.hop(tunnel), begin, Ethernet.HEADER + headers + length, 0, 0, ports);
    }

    private void writeIpv4(long outer, int templateSum, int tos, int totalLength, int dontFragment, int host) {
        int id = dontFragment != 0
                ? 0
                : ++identification & 0xffff; // what is never fragmented needs none (RFC 6864 §4.1)
        Mem.putIntBe(outer, 0x45000000 | tos << 16 | totalLength);
        Mem.putIntBe(outer + Ipv4.ID, id << 16 | dontFragment);
        if (host != 0) {
            Mem.putU8(outer + Ipv4.SOURCE + 3, Mem.getU8(outer + Ipv4.SOURCE + 3) | host);
        }
        int sum = templateSum + tos + totalLength + id + dontFragment + host;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        Mem.putU16Be(outer + Ipv4.CHECKSUM, ~sum & 0xffff);
    }

    private static void writeUdp(long outer, long ip, int length, int traits, int entropy, long innerSum) {
        boolean outer6 = (traits & TunnelHeaders.IPV6) != 0;
        long udp = outer + (outer6 ? Ipv6.HEADER : Ipv4.HEADER);
        int headers = (int) (ip - udp);
        Mem.putU16Be(udp, Encapsulation.FIRST_SOURCE_PORT | entropy >>> 8 & 0x3fff);
        Mem.putU16Be(udp + Transport.UDP_LENGTH, headers + length);
        if (outer6) {
            long pseudo = Checksum.pseudoHeader(outer, Transport.UDP, headers + length);
            int checksum = Checksum.finish(Checksum.sum(udp, headers, pseudo + innerSum));
            Mem.putU16(udp + Transport.UDP_CHECKSUM, checksum == 0 ? 0xffff : checksum);
        }
    }

    /**
     * The sum of a packet's words, for a checksum around it. Header and transport checksum say what it is ("local checksum
     * offload", Linux {@code checksum-offloads.rst}); if they are wrong so is what surrounds them, and the receiver
     * drops what it would have dropped anyway.
     */
    private static long sum(long ip, long transport, int length, int protocol, int traits) {
        int header = (int) (transport - ip);
        boolean plain = (traits & (Burst.FIRST_FRAGMENT | Burst.LATER_FRAGMENT)) == 0
                && ((traits & Burst.IPV6) == 0 || header == Ipv6.HEADER);
        if (!plain || protocol == Transport.UDP && Mem.getU16(transport + Transport.UDP_CHECKSUM) == 0) {
            return Checksum.sum(ip, length, 0);
        }
        long pseudo = Checksum.pseudoHeader(ip, protocol, length - header);
        return Checksum.sum(ip, header, 0) + (Checksum.fold(pseudo) ^ 0xffff);
    }
}
