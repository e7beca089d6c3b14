package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ICMP errors about packets of translated flows. The node keeps the TTL here, so what it makes of a quote must be the
 * packet that its addressee sent, byte for byte.
 */
class IcmpTranslationTest {
    private static final Peer ROUTER = Peer.of("10.9.9.9", 0);
    private static final Peer ROUTER6 = Peer.of("2001:db8:99::9", 0);

    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind()).keepTtl();

    /** A client, the service it calls, the server, and a router somewhere. */
    record Ends(Peer client, Peer service, Peer server, Peer router) {
        boolean v6() {
            return client.isV6();
        }
    }

    static Stream<Ends> families() {
        return Stream.of(
                new Ends(Corpus.CLIENT, Corpus.SERVICE, Corpus.SERVER, ROUTER),
                new Ends(Corpus.CLIENT6, Corpus.SERVICE6, Corpus.SERVER6, ROUTER6));
    }

    /** Families with what the errors say: type, code and the second word. */
    static Stream<Arguments> errors() {
        return families()
                .flatMap(ends -> (ends.v6()
                                ? Stream.of(
                                        new int[] {2, 0, 1280}, new int[] {1, 4, 0}, new int[] {3, 0, 0}, new int[] {
                                            4, 1, 6
                                        })
                                : Stream.of(
                                        new int[] {3, 4, 1400}, new int[] {3, 3, 0}, new int[] {11, 0, 0}, new int[] {
                                            12, 0, 0x0600_0000
                                        }))
                        .map(error -> Arguments.of(ends, error)));
    }

    private static byte[] error(Peer from, Peer to, int[] what, byte[] quote, boolean back) {
        FrameBuilder builder = FrameBuilder.icmp(from, to, what[0], what[1], what[2], quote);
        return (back ? builder.atBack() : builder).build();
    }

    @ParameterizedTest
    @MethodSource("errors")
    void shouldTellTheClientAboutItsRequestAsItSentIt(Ends ends, int[] what) {
        FrameBuilder request = FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0)
                .payload(44)
                .unpadded();
        Sent forwarded = bed.one(FRONT, request.build());
        Sent sent = bed.one(
                BACK, error(ends.router, ends.client, what, forwarded.packet().packet(), true));
        assertEquals(FRONT, sent.port());
        assertEquals(ends.service.address(), sent.packet().from().address());
        assertEquals(ends.client.address(), sent.packet().to().address());
        assertEquals(what[0], sent.packet().icmpType());
        assertEquals(what[1], sent.packet().icmpCode());
        assertEquals(what[2], sent.packet().icmpRest());
        assertArrayEquals(request.packet(), sent.packet().payload());
        assertEquals(InMemoryNode.CLIENT_MAC, sent.packet().destinationMac());
        assertEquals(1, bed.count(Counter.ICMP_TRANSLATED));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void shouldTellTheServerAboutItsReplyAsItSentIt(Ends ends, int[] what) {
        bed.one(FRONT, FrameBuilder.udp(ends.client, ends.service, 7).build());
        FrameBuilder reply =
                FrameBuilder.udp(ends.server, ends.client, 77).atBack().unpadded();
        Sent forwarded = bed.one(BACK, reply.build());
        Sent sent = bed.one(
                FRONT, error(ends.router, ends.service, what, forwarded.packet().packet(), false));
        assertEquals(BACK, sent.port());
        assertEquals(ends.router.address(), sent.packet().from().address());
        assertEquals(ends.server.address(), sent.packet().to().address());
        assertEquals(what[2], sent.packet().icmpRest());
        assertArrayEquals(reply.packet(), sent.packet().payload());
        assertEquals(InMemoryNode.SERVER_MAC, sent.packet().destinationMac());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTranslateWhateverLengthIsQuoted(Ends ends) {
        FrameBuilder request = FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0)
                .payload(30)
                .unpadded();
        byte[] forwarded = bed.one(FRONT, request.build()).packet().packet();
        int shortest = (ends.v6() ? 40 : 20) + 8;
        int[] what = {ends.v6() ? 1 : 3, 0, 0};
        for (int length = shortest; length <= forwarded.length; length++) {
            if (length == shortest + 9) {
                continue; // half a checksum, which cannot be put right
            }
            byte[] quote = Arrays.copyOf(forwarded, length);
            Sent sent = bed.one(BACK, error(ends.router, ends.client, what, quote, true));
            assertArrayEquals(
                    Arrays.copyOf(request.packet(), length), sent.packet().payload(), "length " + length);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldLeaveAnAbsentUdpChecksumAbsentInAQuote(Ends ends) {
        FrameBuilder request =
                FrameBuilder.udp(ends.client, ends.service, 5).withoutChecksum().unpadded();
        byte[] forwarded = bed.one(FRONT, request.build()).packet().packet();
        int[] what = {ends.v6() ? 1 : 3, 3, 0};
        Sent sent = bed.one(BACK, error(ends.server, ends.client, what, forwarded, true));
        assertArrayEquals(request.packet(), sent.packet().payload());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldQuoteRightChecksumsWhenPacketsAreRandom(Ends ends) {
        SplittableRandom random = Seeded.random("IcmpTranslationTest");
        int[] what = {ends.v6() ? 1 : 3, 3, 0};
        for (int n = 0; n < 2000; n++) {
            byte[] payload = new byte[random.nextInt(60)];
            random.nextBytes(payload);
            FrameBuilder request = FrameBuilder.udp(ends.client, ends.service, 0)
                    .payload(payload)
                    .unpadded();
            byte[] forwarded = bed.one(FRONT, request.build()).packet().packet();
            Sent sent = bed.one(BACK, error(ends.router, ends.client, what, forwarded, true));
            assertArrayEquals(request.packet(), sent.packet().payload());
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldGiveTheClientItsTag(Ends ends) {
        FrameBuilder request = FrameBuilder.udp(ends.client, ends.service, 5).tag(0x88a8, 0x2064);
        byte[] forwarded = bed.one(FRONT, request.build()).packet().packet();
        int[] what = {ends.v6() ? 1 : 3, 3, 0};
        Sent sent = bed.one(BACK, error(ends.router, ends.client, what, forwarded, true));
        assertEquals(0x88a8_2064, sent.packet().tag());
        byte[] tagged = FrameBuilder.icmp(ends.router, ends.client, what[0], what[1], 0, forwarded)
                .atBack()
                .tag(9)
                .build();
        assertEquals(0x88a8_2064, bed.one(BACK, tagged).packet().tag());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldDropAnErrorThatWasDamagedOnItsWay(Ends ends) {
        byte[] forwarded = bed.one(
                        FRONT, FrameBuilder.udp(ends.client, ends.service, 50).build())
                .packet()
                .packet();
        int[] what = {ends.v6() ? 1 : 3, 3, 0};
        byte[] damaged = error(ends.router, ends.client, what, forwarded, true);
        damaged[damaged.length - 1] ^= 4;
        bed.none(BACK, Counter.DROP_BAD_ICMP, damaged);
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldNotAnswerOrForwardAnErrorAboutNoFlow(Ends ends) {
        int[] what = {ends.v6() ? 1 : 3, 3, 0};
        byte[] ofNoFlow = FrameBuilder.tcp(ends.service, ends.client, ACK, 1, 2).packet();
        byte[] ofNoService = FrameBuilder.tcp(ends.service.withPort(81), ends.client, ACK, 1, 2)
                .packet();
        byte[] ofNoPorts = FrameBuilder.ping(ends.service, ends.client, 30).packet();
        bed.none(
                FRONT,
                Counter.DROP_ICMP_NO_FLOW,
                error(ends.router, ends.service, what, ofNoFlow, false),
                error(ends.router, ends.service, what, ofNoService, false),
                error(ends.router, ends.service, what, ofNoPorts, false),
                error(ends.router, ends.service, what, new byte[3], false));
    }

    @Test
    void shouldGiveErrorsAboutOthersPacketsToTheKernel() {
        bed.withKernel();
        byte[] foreign = FrameBuilder.tcp(Corpus.CLIENT, Peer.of("9.9.9.9", 80), ACK, 1, 2)
                .packet();
        byte[] own = FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVER, 9).packet(); // to a server, but of no flow
        int[] what = {3, 3, 0};
        assertEquals(
                List.of(),
                bed.pass(
                        BACK,
                        error(ROUTER, Corpus.CLIENT, what, foreign, true),
                        error(ROUTER, Corpus.CLIENT, what, own, true)));
        assertEquals(2, bed.kernel().frames().size());
    }
}
