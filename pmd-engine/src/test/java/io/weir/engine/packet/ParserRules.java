package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;

/** What must hold of the parser's result, whatever the frame was. */
final class ParserRules {
    private ParserRules() {}

    /** Checks position 0 of a burst against the frame that was parsed into it. */
    static void assertSafe(Burst burst, long frame, int length) {
        int kind = burst.kind(0);
        if (kind == Burst.KIND_DROP) {
            String reason = Counter.of(burst.drop(0)).name();
            assertTrue(reason.startsWith("DROP_"), reason);
            return;
        }
        int l3 = burst.l3(0);
        int end = burst.end(0);
        assertEquals((burst.traits(0) & Burst.TAGGED) != 0 ? 18 : 14, l3);
        assertTrue(end <= length, "end " + end + " of " + length);
        if (kind == Burst.KIND_ARP) {
            assertEquals(l3 + Arp.LENGTH, end);
            return;
        }
        int l4 = burst.l4(0);
        int header = (burst.traits(0) & Burst.IPV6) != 0 ? Ipv6.HEADER : Ipv4.HEADER;
        assertTrue(l3 + header <= l4 && l4 <= end, "transport at " + l4 + ", end " + end);
        int room = end - l4;
        int protocol = burst.protocol(0);
        switch (kind) {
            case Burst.KIND_PORTS -> {
                assertTrue(protocol == Transport.TCP || protocol == Transport.UDP);
                assertTrue(room >= (protocol == Transport.TCP ? Transport.TCP_HEADER : Transport.UDP_HEADER));
                assertEquals(Mem.getIntBe(frame + l4), burst.ports(0));
            }
            case Burst.KIND_ICMP -> assertTrue(room >= Transport.ICMP_HEADER);
            case Burst.KIND_FRAGMENT -> assertTrue((burst.traits(0) & Burst.LATER_FRAGMENT) != 0);
            default -> assertEquals(Burst.KIND_OTHER_PROTOCOL, kind);
        }
    }

    /** Checks what was found in the packet that an ICMP error quotes. */
    static void assertSafe(QuotedPacket quoted, Burst burst) {
        assertTrue(quoted.l3 == burst.l4(0) + Transport.ICMP_HEADER && quoted.l3 < quoted.l4);
        assertTrue(quoted.l4 + 8 <= quoted.end && quoted.end <= burst.end(0));
    }
}
