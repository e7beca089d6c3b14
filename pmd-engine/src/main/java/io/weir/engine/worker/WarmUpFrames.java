package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.packet.Arp;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.scheduler.IpAddress;

/**
 * Frames of one address family for a warm-up: of a client to the services, of their server to the client. Each method
 * writes a frame in the same place, where {@link #address} finds it, and returns its length.
 */
final class WarmUpFrames implements AutoCloseable {
    private static final FrameWriter.Path FROM_CLIENT =
            new FrameWriter.Path(IsolatedWorkers.CLIENT_MAC, IsolatedWorkers.FRONT_MAC);
    private static final FrameWriter.Path FROM_SERVER =
            new FrameWriter.Path(IsolatedWorkers.SERVER_MAC, IsolatedWorkers.BACK_MAC);
    private static final int ROOM = 64;
    private static final int VLAN = 7;
    private static final int PAYLOAD = 64;

    private final NativeBlock block = new NativeBlock(2048);
    private final long begin = block.address() + ROOM;
    private final IpAddress client;
    private final IpAddress virtual;
    private final IpAddress server;
    private final int serverPort;
    private long at = begin;

    WarmUpFrames(IpAddress client, IpAddress virtual, IpAddress server, int serverPort) {
        this.client = client;
        this.virtual = virtual;
        this.server = server;
        this.serverPort = serverPort;
    }

    /** Where the frame written last begins. */
    long address() {
        return at;
    }

    boolean isV4() {
        return client.isV4();
    }

    int fromClient(int port, int virtualPort, int flags, int payload) {
        return fromClient(port, virtualPort, flags, 1, payload);
    }

    int fromClient(int port, int virtualPort, int flags, int seq, int payload) {
        at = begin;
        return FrameWriter.tcp(
                at,
                FROM_CLIENT,
                client.hi(),
                client.lo(),
                port,
                virtual.hi(),
                virtual.lo(),
                virtualPort,
                flags,
                seq,
                1,
                payload);
    }

    int fromServer(int port, int flags, int payload) {
        at = begin;
        return FrameWriter.tcp(
                at,
                FROM_SERVER,
                server.hi(),
                server.lo(),
                serverPort,
                client.hi(),
                client.lo(),
                port,
                flags,
                1,
                1,
                payload);
    }

    int datagramOfClient(int port, int virtualPort, int payload) {
        at = begin;
        return FrameWriter.udp(
                at, FROM_CLIENT, client.hi(), client.lo(), port, virtual.hi(), virtual.lo(), virtualPort, payload);
    }

    int datagramOfServer(int port, int payload) {
        at = begin;
        return FrameWriter.udp(
                at, FROM_SERVER, server.hi(), server.lo(), serverPort, client.hi(), client.lo(), port, payload);
    }

    /** Takes the checksum out of the datagram written last: IPv4 allows none. */
    int withoutChecksum(int length) {
        if (isV4()) {
            Mem.putU16(transport() + Transport.UDP_CHECKSUM, 0);
        }
        return length;
    }

    /** Gives the datagram written last the checksum that translation turns into 0, which must not be sent (RFC 768). */
    int withChecksumThatVanishes(int length, int virtualPort) {
        int ports = Checksum.delta16(virtualPort, serverPort);
        int addresses = isV4()
                ? Checksum.delta32((int) virtual.lo(), (int) server.lo())
                : Checksum.delta128(virtual.hi(), virtual.lo(), server.hi(), server.lo());
        Mem.putU16Be(transport() + Transport.UDP_CHECKSUM, Checksum.combine(addresses, ports));
        return length;
    }

    /** Sets the TTL of the packet written last. */
    int withTtl(int length, int ttl) {
        if (isV4()) {
            Mem.putU8(ip() + Ipv4.TTL, ttl);
            Ipv4.writeChecksum(ip());
        } else {
            Mem.putU8(ip() + Ipv6.HOP_LIMIT, ttl);
        }
        return length;
    }

    /** Puts an 802.1Q tag into the frame written last. */
    int withTag(int length) {
        at -= Ethernet.TAG;
        Mem.putLong(at, Mem.getLong(at + Ethernet.TAG));
        Mem.putInt(at + 8, Mem.getInt(at + 8 + Ethernet.TAG));
        Mem.putIntBe(at + Ethernet.TYPE, Ethernet.TYPE_VLAN << 16 | VLAN);
        return length + Ethernet.TAG;
    }

    /**
     * Makes the packet written last a fragment, if it is one of IPv4.
     *
     * @param bits flag and offset, as they are in the header
     */
    int asFragment(int length, int id, int bits) {
        if (isV4()) {
            Mem.putU16Be(ip() + Ipv4.ID, id);
            Mem.putU16Be(ip() + Ipv4.FRAGMENT, bits);
            Ipv4.writeChecksum(ip());
        }
        return length;
    }

    /** A ping to the virtual address. */
    int ping() {
        int length = datagramOfClient(0, 0, PAYLOAD);
        int bytes = Transport.UDP_HEADER + PAYLOAD;
        long icmp = transport();
        Mem.putIntBe(icmp, (isV4() ? Transport.ICMP_ECHO : Transport.ICMPV6_ECHO) << 24);
        if (isV4()) {
            Mem.putU8(ip() + Ipv4.PROTOCOL, Transport.ICMP);
            Ipv4.writeChecksum(ip());
            Mem.putU16(icmp + Transport.ICMP_CHECKSUM, Checksum.finish(Checksum.sum(icmp, bytes, 0)));
        } else {
            Mem.putU8(ip() + Ipv6.NEXT_HEADER, Transport.ICMPV6);
            Checksum.writeTransport(ip(), icmp, Transport.ICMPV6, Transport.ICMP_CHECKSUM, bytes);
        }
        return length;
    }

    /** The server's host says that a datagram of the client's has found no port. */
    int unreachable(int port) {
        int quoted = FrameWriter.headerLength(client.hi(), client.lo()) + Transport.UDP_HEADER;
        int length = datagramOfServer(port, quoted);
        long icmp = transport();
        int bytes = Transport.ICMP_HEADER + quoted;
        // what the server has got: its own address, the client's port
        long quote = icmp + Transport.ICMP_HEADER;
        if (isV4()) {
            Mem.putIntBe(icmp, Transport.ICMP_UNREACHABLE << 24 | Transport.ICMP_CODE_PORT << 16);
            Mem.putInt(icmp + Transport.ICMP_REST, 0);
            Mem.putU8(ip() + Ipv4.PROTOCOL, Transport.ICMP);
            Ipv4.writeChecksum(ip());
            Mem.copy(ip(), quote, Ipv4.HEADER);
            Mem.putU8(quote + Ipv4.PROTOCOL, Transport.UDP);
            Mem.putIntBe(quote + Ipv4.SOURCE, (int) client.lo());
            Mem.putIntBe(quote + Ipv4.DESTINATION, (int) server.lo());
            writeQuotedPorts(quote + Ipv4.HEADER, port);
            Mem.putU16(icmp + Transport.ICMP_CHECKSUM, Checksum.finish(Checksum.sum(icmp, bytes, 0)));
        } else {
            Mem.putIntBe(icmp, Transport.ICMPV6_UNREACHABLE << 24 | Transport.ICMPV6_CODE_PORT << 16);
            Mem.putInt(icmp + Transport.ICMP_REST, 0);
            Mem.putU8(ip() + Ipv6.NEXT_HEADER, Transport.ICMPV6);
            Mem.copy(ip(), quote, Ipv6.HEADER);
            Mem.putU8(quote + Ipv6.NEXT_HEADER, Transport.UDP);
            Mem.putLongBe(quote + Ipv6.SOURCE, client.hi());
            Mem.putLongBe(quote + Ipv6.SOURCE + 8, client.lo());
            Mem.putLongBe(quote + Ipv6.DESTINATION, server.hi());
            Mem.putLongBe(quote + Ipv6.DESTINATION + 8, server.lo());
            writeQuotedPorts(quote + Ipv6.HEADER, port);
            Checksum.writeTransport(ip(), icmp, Transport.ICMPV6, Transport.ICMP_CHECKSUM, bytes);
        }
        return length;
    }

    private void writeQuotedPorts(long udp, int port) {
        Mem.putIntBe(udp, port << 16 | serverPort);
        Mem.putIntBe(udp + Transport.UDP_LENGTH, Transport.UDP_HEADER << 16);
    }

    /** Asks who has the virtual address; of IPv6, where that takes a multicast, a ping once more. */
    int whoHas() {
        if (!isV4()) {
            return ping();
        }
        at = begin;
        Ethernet.address(at, Ethernet.MAC_MASK, IsolatedWorkers.CLIENT_MAC);
        Mem.putU16Be(at + Ethernet.TYPE, Ethernet.TYPE_ARP);
        long arp = ip();
        Mem.fill(arp, Ethernet.MIN_FRAME - Ethernet.HEADER, 0);
        Mem.putLongBe(arp, Arp.IPV4_OVER_ETHERNET << 16 | Arp.REQUEST);
        Mem.putLongBe(arp + Arp.SENDER_MAC, IsolatedWorkers.CLIENT_MAC << 16);
        Mem.putIntBe(arp + Arp.SENDER_IP, (int) client.lo());
        Mem.putIntBe(arp + Arp.TARGET_IP, (int) virtual.lo());
        return Ethernet.MIN_FRAME;
    }

    private long ip() {
        return at + Ethernet.HEADER;
    }

    private long transport() {
        return ip() + FrameWriter.headerLength(client.hi(), client.lo());
    }

    @Override
    public void close() {
        block.close();
    }
}
