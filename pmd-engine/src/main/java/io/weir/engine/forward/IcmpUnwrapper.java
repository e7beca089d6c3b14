package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;

/**
 * Makes of an ICMP error about an encapsulated packet the error that its client would have got without a tunnel (RFC 2003
 * §4, RFC 2473 §8): about the packet inside, of that packet's version of IP. It is written in place, right before the packet
 * inside; checksums and what the client must not see are left to {@link IcmpTranslator#toClient}.
 */
public final class IcmpUnwrapper {
    private static final int MAX_IPV4 = 576; // RFC 1812 §4.3.2.3

    private IcmpUnwrapper() {}

    /**
     * Rewrites frame {@code i}.
     *
     * @param inner offset of the packet inside, of which at least 28 or 48 bytes are quoted
     * @param ipv6 the packet's version
     * @param typeCode type and code of the new error
     * @param rest second word of its header
     * @param hi its destination, upper half
     * @param lo lower half
     */
    public static void unwrap(
            FrameBatch batch, Burst burst, int i, int inner, boolean ipv6, int typeCode, int rest, long hi, long lo) {
        int header = ipv6 ? Ipv6.HEADER : Ipv4.HEADER;
        int begin = inner
                - Transport.ICMP_HEADER
                - header
                - Ethernet.HEADER; // an outer header and the old error are longer
        int most = ipv6 ? Ipv6.MIN_MTU : MAX_IPV4;
        int bytes = Math.min(burst.end(i) - inner, most - header - Transport.ICMP_HEADER);
        long frame = batch.address[i] + begin;
        long ip = frame + Ethernet.HEADER;
        long icmp = ip + header;
        int payload = Transport.ICMP_HEADER + bytes;
        if (ipv6) {
            Ipv6.writeHeader(ip, Transport.ICMPV6, payload, Replies.TTL, 0, 0, hi, lo);
        } else {
            Replies.writeIpv4(ip, Transport.ICMP, payload, 0, (int) lo);
        }
        Mem.putU16Be(frame + Ethernet.TYPE, ipv6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4);
        Mem.putIntBe(icmp, typeCode << 16);
        Mem.putIntBe(icmp + Transport.ICMP_REST, rest);
        batch.address[i] = frame;
        batch.length[i] = Ethernet.HEADER + header + payload;
        burst.setL3(i, Ethernet.HEADER);
        burst.setL4(i, Ethernet.HEADER + header);
        burst.setEnd(i, batch.length[i]);
        burst.setTraits(i, ipv6 ? Burst.IPV6 : 0);
    }
}
