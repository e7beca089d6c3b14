package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * The packet that an ICMP error quotes (RFC 792, RFC 4443): its addresses and ports. Owned by one worker and reused.
 *
 * <p>Only the first eight bytes of the transport header need be there, so lengths are checked against what is quoted,
 * never against what the quoted header claims.
 */
public final class QuotedPacket {
    public boolean ipv6;
    public int protocol;
    /** Offset of the quoted IP header in the frame. */
    public int l3;
    /** Offset of the quoted transport header in the frame. */
    public int l4;
    /** Offset of the end of what is quoted. */
    public int end;

    public long sourceHi;
    public long sourceLo;
    public long destinationHi;
    public long destinationLo;
    public int sourcePort;
    public int destinationPort;

    /**
     * Reads the packet quoted in the ICMP error that is frame {@code i}.
     *
     * @return whether it is TCP or UDP with its ports quoted
     */
    public boolean read(long frame, Burst burst, int i) {
        int begin = burst.l4(i) + Transport.ICMP_HEADER;
        return read(frame, begin, burst.end(i), (burst.traits(i) & Burst.IPV6) != 0);
    }

    /**
     * Reads a packet that is quoted somewhere in a frame.
     *
     * @param begin offset of its IP header
     * @param until offset of the end of what is quoted
     * @param isIpv6 by which version it is to be read
     * @return whether it is TCP or UDP with its ports quoted
     */
    public boolean read(long frame, int begin, int until, boolean isIpv6) {
        ipv6 = isIpv6;
        l3 = begin;
        end = until;
        return ipv6 ? readIpv6(frame) : readIpv4(frame);
    }

    private boolean readIpv4(long frame) {
        long ip = frame + l3;
        if (end - l3 < Ipv4.HEADER || Mem.getU8(ip) >>> 4 != 4) {
            return false;
        }
        int headerLength = Ipv4.headerLength(ip);
        if (headerLength < Ipv4.HEADER || end - l3 < headerLength + 8) {
            return false;
        }
        if ((Mem.getU16Be(ip + Ipv4.FRAGMENT) & Ipv4.FRAGMENT_OFFSET) != 0) {
            return false;
        }
        sourceHi = 0;
        sourceLo = Ipv4.mapped(Mem.getIntBe(ip + Ipv4.SOURCE));
        destinationHi = 0;
        destinationLo = Ipv4.mapped(Mem.getIntBe(ip + Ipv4.DESTINATION));
        protocol = Mem.getU8(ip + Ipv4.PROTOCOL);
        l4 = l3 + headerLength;
        return readPorts(frame);
    }

    private boolean readIpv6(long frame) {
        long ip = frame + l3;
        if (end - l3 < Ipv6.HEADER + 8 || Mem.getU8(ip) >>> 4 != 6) {
            return false;
        }
        sourceHi = Mem.getLongBe(ip + Ipv6.SOURCE);
        sourceLo = Mem.getLongBe(ip + Ipv6.SOURCE + 8);
        destinationHi = Mem.getLongBe(ip + Ipv6.DESTINATION);
        destinationLo = Mem.getLongBe(ip + Ipv6.DESTINATION + 8);
        protocol = Mem.getU8(ip + Ipv6.NEXT_HEADER);
        l4 = l3 + Ipv6.HEADER;
        if (protocol == Ipv6.EXT_FRAGMENT) { // the one extension header that ordinary TCP and UDP traffic carries
            if (end - l4 < 16 || (Mem.getU16Be(frame + l4 + 2) & 0xfff8) != 0) {
                return false;
            }
            protocol = Mem.getU8(frame + l4);
            l4 += 8;
        }
        return readPorts(frame);
    }

    private boolean readPorts(long frame) {
        if (protocol != Transport.TCP && protocol != Transport.UDP) {
            return false;
        }
        sourcePort = Mem.getU16Be(frame + l4 + Transport.SOURCE_PORT);
        destinationPort = Mem.getU16Be(frame + l4 + Transport.DESTINATION_PORT);
        return true;
    }
}
