package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * The outer header of an encapsulated packet of this node's, as an ICMP error quotes it. Owned by one worker and reused.
 *
 * <p>The header is one without options or extension headers, as the node writes it, and eight bytes of what follows are
 * there; anything else is not read.
 */
public final class QuotedOuter {
    /** Offset of the header in the frame. */
    public int l3;

    public boolean ipv6;
    public int protocol;
    /** Bytes of the packet, as its header says: it is not quoted whole. */
    public int length;
    /** UDP destination port; of other protocols 0. */
    public int port;

    public long sourceHi;
    public long sourceLo;
    public long destinationHi;
    public long destinationLo;

    /**
     * Reads the header quoted in the ICMP error that is frame {@code i}.
     *
     * @return whether it may be one of the node's
     */
    public boolean read(long frame, Burst burst, int i) {
        l3 = burst.l4(i) + Transport.ICMP_HEADER;
        ipv6 = (burst.traits(i) & Burst.IPV6) != 0;
        int header = ipv6 ? Ipv6.HEADER : Ipv4.HEADER;
        if (burst.end(i) - l3 < header + 8 || !(ipv6 ? readIpv6(frame + l3) : readIpv4(frame + l3))) {
            return false;
        }
        port = protocol == Transport.UDP ? Mem.getU16Be(frame + l3 + header + Transport.DESTINATION_PORT) : 0;
        return protocol == Transport.UDP
                || protocol == Encapsulation.PROTOCOL_GRE
                || protocol == Encapsulation.PROTOCOL_IPIP
                || protocol == Encapsulation.PROTOCOL_IPV6;
    }

    private boolean readIpv4(long ip) {
        if (Mem.getU8(ip) != 0x45 || (Mem.getU16Be(ip + Ipv4.FRAGMENT) & Ipv4.FRAGMENT_OFFSET) != 0) {
            return false;
        }
        length = Mem.getU16Be(ip + Ipv4.TOTAL_LENGTH);
        protocol = Mem.getU8(ip + Ipv4.PROTOCOL);
        sourceHi = 0;
        sourceLo = Ipv4.mapped(Mem.getIntBe(ip + Ipv4.SOURCE));
        destinationHi = 0;
        destinationLo = Ipv4.mapped(Mem.getIntBe(ip + Ipv4.DESTINATION));
        return true;
    }

    private boolean readIpv6(long ip) {
        if (Mem.getU8(ip) >>> 4 != 6) {
            return false;
        }
        length = Ipv6.HEADER + Mem.getU16Be(ip + Ipv6.PAYLOAD_LENGTH);
        protocol = Mem.getU8(ip + Ipv6.NEXT_HEADER);
        sourceHi = Mem.getLongBe(ip + Ipv6.SOURCE);
        sourceLo = Mem.getLongBe(ip + Ipv6.SOURCE + 8);
        destinationHi = Mem.getLongBe(ip + Ipv6.DESTINATION);
        destinationLo = Mem.getLongBe(ip + Ipv6.DESTINATION + 8);
        return true;
    }
}
