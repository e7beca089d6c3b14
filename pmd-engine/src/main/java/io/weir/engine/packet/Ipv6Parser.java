package io.weir.engine.packet;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;

/**
 * The IPv6 half of the parser: fixed header and the chain of extension headers (RFC 8200 §4).
 *
 * <p>Hop-by-hop, routing, destination options and fragment headers are stepped over, {@link Ipv6#MAX_EXTENSIONS} at
 * most; jumbograms (RFC 2675) are refused as malformed. Anything else ends the chain as the transport protocol.
 */
final class Ipv6Parser {
    private Ipv6Parser() {}

    static void parse(long frame, int length, Burst burst, int i, int l3) {
        long ip = frame + l3;
        int room = length - l3;
        if (room < Ipv6.HEADER) {
            Parser.drop(burst, i, Counter.DROP_SHORT);
            return;
        }
        if (Mem.getU8(ip) >>> 4 != 6) {
            Parser.drop(burst, i, Counter.DROP_BAD_VERSION);
            return;
        }
        int payload = Mem.getU16Be(ip + Ipv6.PAYLOAD_LENGTH);
        if (payload > room - Ipv6.HEADER) {
            Parser.drop(burst, i, Counter.DROP_BAD_HEADER);
            return;
        }
        burst.setTraits(i, burst.traits(i) | Burst.IPV6);
        burst.setSourceHi(i, Mem.getLongBe(ip + Ipv6.SOURCE));
        burst.setSourceLo(i, Mem.getLongBe(ip + Ipv6.SOURCE + 8));
        burst.setDestinationHi(i, Mem.getLongBe(ip + Ipv6.DESTINATION));
        burst.setDestinationLo(i, Mem.getLongBe(ip + Ipv6.DESTINATION + 8));
        int next = Mem.getU8(ip + Ipv6.NEXT_HEADER);
        int end = l3 + Ipv6.HEADER + payload;
        if (isExtension(next)) {
            parseExtensions(frame, burst, i, next, l3 + Ipv6.HEADER, end);
        } else {
            Parser.parseTransport(frame, burst, i, next, l3 + Ipv6.HEADER, end, Transport.ICMPV6);
        }
    }

    private static void parseExtensions(long frame, Burst burst, int i, int first, int begin, int end) {
        int next = first;
        int at = begin;
        for (int hops = 0; isExtension(next); hops++) {
            if (hops == Ipv6.MAX_EXTENSIONS || end - at < 8) {
                Parser.drop(burst, i, Counter.DROP_BAD_EXTENSION);
                return;
            }
            int following = Mem.getU8(frame + at);
            if (next == Ipv6.EXT_FRAGMENT) {
                int offsetMore = Mem.getU16Be(frame + at + 2) & 0xfff9;
                if (offsetMore != 0) {
                    burst.setFragmentId(i, Mem.getIntBe(frame + at + 4));
                    boolean later = (offsetMore & 0xfff8) != 0;
                    burst.setTraits(i, burst.traits(i) | (later ? Burst.LATER_FRAGMENT : Burst.FIRST_FRAGMENT));
                    if (later) { // what follows is the middle of the payload, not a header
                        Parser.parseTransport(frame, burst, i, following, at + 8, end, Transport.ICMPV6);
                        return;
                    }
                }
                at += 8;
            } else {
                at += (Mem.getU8(frame + at + 1) + 1) << 3;
            }
            next = following;
        }
        if (at > end) {
            Parser.drop(burst, i, Counter.DROP_BAD_EXTENSION);
            return;
        }
        Parser.parseTransport(frame, burst, i, next, at, end, Transport.ICMPV6);
    }

    private static boolean isExtension(int next) {
        return next == Ipv6.EXT_HOP_BY_HOP
                || next == Ipv6.EXT_ROUTING
                || next == Ipv6.EXT_DESTINATION
                || next == Ipv6.EXT_FRAGMENT;
    }
}
