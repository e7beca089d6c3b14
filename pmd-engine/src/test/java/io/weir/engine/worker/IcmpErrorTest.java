package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets that a router cannot pass on: it says so from the device that they came in by. */
class IcmpErrorTest {
    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind());

    /** A client, the service it calls, the server, and the node's addresses on either side. */
    record Ends(Peer client, Peer service, Peer server, Peer front, Peer back) {
        boolean v6() {
            return client.isV6();
        }
    }

    static Stream<Ends> families() {
        return Stream.of(
                new Ends(
                        Corpus.CLIENT,
                        Corpus.SERVICE,
                        Corpus.SERVER,
                        Peer.of("202.100.1.1", 0),
                        Peer.of("172.16.0.1", 0)),
                new Ends(
                        Corpus.CLIENT6,
                        Corpus.SERVICE6,
                        Corpus.SERVER6,
                        Peer.of("2001:db8:1::1", 0),
                        Peer.of("2001:db8:2::1", 0)));
    }

    private static void assertQuotes(byte[] packet, Dissection error) {
        byte[] quoted = error.payload();
        assertArrayEquals(Arrays.copyOf(packet, quoted.length), quoted);
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReportARequestWhoseTtlIsUsedUp(Ends ends) {
        for (int ttl = 0; ttl < 2; ttl++) {
            FrameBuilder syn = FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0)
                    .ttl(ttl)
                    .unpadded();
            Sent sent = bed.one(FRONT, syn.build());
            assertEquals(FRONT, sent.port());
            Dissection error = sent.packet();
            assertEquals(ends.front, error.from());
            assertEquals(ends.client.address(), error.to().address());
            assertEquals(ends.v6() ? 3 : 11, error.icmpType());
            assertEquals(0, error.icmpCode());
            assertEquals(64, error.ttl());
            assertQuotes(syn.packet(), error);
        }
        assertEquals(2, bed.count(Counter.DROP_TTL));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReportAReplyWhoseTtlIsUsedUp(Ends ends) {
        bed.one(FRONT, FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).build());
        FrameBuilder reply = FrameBuilder.tcp(ends.server, ends.client, SYN | ACK, 1, 8)
                .ttl(1)
                .unpadded()
                .atBack();
        Sent sent = bed.one(BACK, reply.build());
        assertEquals(BACK, sent.port());
        assertEquals(ends.back, sent.packet().from());
        assertEquals(ends.server.address(), sent.packet().to().address());
        assertEquals(InMemoryNode.SERVER_MAC, sent.packet().destinationMac());
        assertQuotes(reply.packet(), sent.packet());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReportARequestLongerThanTheWayOutTakes(Ends ends) {
        bed.mtu(1300);
        bed.one(FRONT, FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).build());
        int headers = ends.v6() ? 60 : 40;
        FrameBuilder fits = FrameBuilder.tcp(ends.client, ends.service, ACK, 8, 1)
                .payload(1300 - headers)
                .dontFragment();
        assertEquals(BACK, bed.one(FRONT, fits.build()).port());
        FrameBuilder long1 = FrameBuilder.tcp(ends.client, ends.service, ACK, 8, 1)
                .payload(1301 - headers)
                .dontFragment();
        Sent sent = bed.one(FRONT, long1.build());
        Dissection error = sent.packet();
        assertEquals(FRONT, sent.port());
        assertEquals(ends.front, error.from());
        assertEquals(ends.v6() ? 2 : 3, error.icmpType());
        assertEquals(ends.v6() ? 0 : 4, error.icmpCode());
        assertEquals(1300, error.icmpRest());
        assertQuotes(long1.packet(), error);
        assertEquals(1, bed.count(Counter.DROP_TOO_BIG));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReportAReplyLongerThanTheWayOutTakes(Ends ends) {
        bed.mtu(1300);
        bed.one(FRONT, FrameBuilder.udp(ends.client, ends.service, 7).build());
        FrameBuilder reply = FrameBuilder.udp(ends.server, ends.client, 1400).dontFragment();
        Sent sent = bed.one(BACK, reply.atBack().build());
        assertEquals(BACK, sent.port());
        assertEquals(ends.back, sent.packet().from());
        assertEquals(1300, sent.packet().icmpRest());
        assertQuotes(reply.packet(), sent.packet());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldSayNothingWhenThePacketIsALaterFragment(Ends ends) {
        bed.one(FRONT, FrameBuilder.udp(ends.client, ends.service, 7).build());
        byte[][] parts = FrameBuilder.udp(ends.client, ends.service, 100).ttl(1).fragments(5, 48);
        assertEquals(1, bed.pass(FRONT, parts).size(), "about the first one");
        assertEquals(parts.length, bed.count(Counter.DROP_TTL));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReportBehindTheTagThatThePacketCameWith(Ends ends) {
        FrameBuilder syn =
                FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).ttl(1);
        assertEquals(
                0x8100_0abc, bed.one(FRONT, syn.tag(0xabc).build()).packet().tag());
    }
}
