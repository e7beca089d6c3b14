package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * Writes whole TCP and UDP frames, checksums included: for warm-up, benchmarks and tests, which need traffic without a
 * network stack. Addresses are v4-mapped halves; both ends must be of one family.
 */
public final class FrameWriter {
    /** Where the frame comes from and goes to. */
    public record Path(long sourceMac, long destinationMac) {}

    private FrameWriter() {}

    /**
     * Writes a TCP frame without options.
     *
     * @param at where the Ethernet header begins
     * @param payload bytes behind the header, all 0
     * @return the frame's length, at least {@link Ethernet#MIN_FRAME}
     */
    public static int tcp(
            long at,
            Path path,
            long sourceHi,
            long sourceLo,
            int sourcePort,
            long destHi,
            long destLo,
            int destPort,
            int flags,
            int seq,
            int ack,
            int payload) {
        int length = Transport.TCP_HEADER + payload;
        long ip = network(at, path, sourceHi, sourceLo, destHi, destLo, Transport.TCP, length);
        long tcp = ip + headerLength(sourceHi, sourceLo);
        Mem.putIntBe(tcp, sourcePort << 16 | destPort);
        Mem.putIntBe(tcp + Transport.TCP_SEQ, seq);
        Mem.putIntBe(tcp + Transport.TCP_ACK, ack);
        Mem.putIntBe(tcp + Transport.TCP_DATA_OFFSET, 5 << 28 | flags << 16 | 0xffff);
        Mem.putIntBe(tcp + Transport.TCP_CHECKSUM, 0);
        Mem.fill(tcp + Transport.TCP_HEADER, payload, 0);
        Checksum.writeTransport(ip, tcp, Transport.TCP, Transport.TCP_CHECKSUM, length);
        return pad(at, (int) (tcp + length - at));
    }

    /**
     * Writes a UDP frame.
     *
     * @param at where the Ethernet header begins
     * @param payload bytes behind the header, all 0
     * @return the frame's length, at least {@link Ethernet#MIN_FRAME}
     */
    public static int udp(
            long at,
            Path path,
            long sourceHi,
            long sourceLo,
            int sourcePort,
            long destHi,
            long destLo,
            int destPort,
            int payload) {
        int length = Transport.UDP_HEADER + payload;
        long ip = network(at, path, sourceHi, sourceLo, destHi, destLo, Transport.UDP, length);
        long udp = ip + headerLength(sourceHi, sourceLo);
        Mem.putIntBe(udp, sourcePort << 16 | destPort);
        Mem.putIntBe(udp + Transport.UDP_LENGTH, length << 16);
        Mem.fill(udp + Transport.UDP_HEADER, payload, 0);
        Checksum.writeTransport(ip, udp, Transport.UDP, Transport.UDP_CHECKSUM, length);
        return pad(at, (int) (udp + length - at));
    }

    /** Bytes of the IP header that an address of this family gets. */
    public static int headerLength(long hi, long lo) {
        return Ipv4.isMapped(hi, lo) ? Ipv4.HEADER : Ipv6.HEADER;
    }

    private static long network(
            long at, Path path, long sourceHi, long sourceLo, long destHi, long destLo, int protocol, int payload) {
        Ethernet.address(at, path.destinationMac(), path.sourceMac());
        long ip = at + Ethernet.HEADER;
        if (Ipv4.isMapped(sourceHi, sourceLo)) {
            Mem.putU16Be(at + Ethernet.TYPE, Ethernet.TYPE_IPV4);
            Mem.putIntBe(ip, 0x45000000 | Ipv4.HEADER + payload);
            Mem.putIntBe(ip + Ipv4.ID, Ipv4.DONT_FRAGMENT);
            Mem.putIntBe(ip + Ipv4.TTL, 64 << 24 | protocol << 16);
            Mem.putIntBe(ip + Ipv4.SOURCE, (int) sourceLo);
            Mem.putIntBe(ip + Ipv4.DESTINATION, (int) destLo);
            Ipv4.writeChecksum(ip);
        } else {
            Mem.putU16Be(at + Ethernet.TYPE, Ethernet.TYPE_IPV6);
            Ipv6.writeHeader(ip, protocol, payload, 64, sourceHi, sourceLo, destHi, destLo);
        }
        return ip;
    }

    private static int pad(long at, int length) {
        if (length < Ethernet.MIN_FRAME) {
            Mem.fill(at + length, Ethernet.MIN_FRAME - length, 0);
            return Ethernet.MIN_FRAME;
        }
        return length;
    }
}
