package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.FIN;
import static io.weir.engine.testing.FrameBuilder.PSH;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.packet.Transport;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import io.weir.scheduler.IpAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches an owned address and has nowhere to go. */
class RejectTest {
    private static final int TAG = 0x8100_2005;

    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind());

    /** A client and the service that it calls. */
    record Ends(Peer client, Peer service) {}

    static Stream<Ends> families() {
        return Stream.of(new Ends(Corpus.CLIENT, Corpus.SERVICE), new Ends(Corpus.CLIENT6, Corpus.SERVICE6));
    }

    private static void assertReset(Ends ends, Sent sent, int flags, int seq, int ack) {
        Dissection reset = sent.packet();
        assertEquals(FRONT, sent.port());
        assertEquals(ends.service, reset.from());
        assertEquals(ends.client, reset.to());
        assertEquals(flags, reset.flags());
        assertEquals(seq, reset.seq());
        assertEquals(ack, reset.ack());
        assertEquals(0, reset.payload().length);
        assertEquals(64, reset.ttl());
        assertEquals(InMemoryNode.FRONT_MAC, reset.sourceMac());
        assertEquals(InMemoryNode.CLIENT_MAC, reset.destinationMac());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldResetAnUnknownConnectionWithTheNumberItsPeerExpects(Ends ends) {
        byte[] data = FrameBuilder.tcp(ends.client, ends.service, ACK | PSH, 1000, 0xfffffff0)
                .payload(700)
                .tcpOptions(new byte[] {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2})
                .build();
        assertReset(ends, bed.one(FRONT, data), RST, 0xfffffff0, 0);
        assertEquals(1, bed.count(Counter.DROP_NO_FLOW));
        assertEquals(1, bed.count(Counter.REPLY_RST));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldAcknowledgeEverythingInAResetWhenTheSegmentAcknowledgesNothing(Ends ends) {
        Ends other = new Ends(ends.client, ends.service.withPort(81));
        byte[] syn = FrameBuilder.tcp(ends.client, other.service, SYN, 1000, 77).build();
        assertReset(other, bed.one(FRONT, syn), RST | ACK, 0, 1001);
        byte[] fin = FrameBuilder.tcp(ends.client, other.service, FIN, 0xffffffff, 0)
                .payload(10)
                .build();
        assertReset(other, bed.one(FRONT, fin), RST | ACK, 0, 10);
        byte[] bare = FrameBuilder.tcp(ends.client, other.service, 0, 5, 0)
                .payload(10)
                .options(ends.client.isV6() ? new byte[0] : new byte[8])
                .build();
        assertReset(other, bed.one(FRONT, bare), RST | ACK, 0, 15);
        assertEquals(3, bed.count(Counter.DROP_NO_SERVICE));
    }

    @Test
    void shouldResetBehindTheTagThatTheSegmentCameWith() {
        byte[] syn = FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE.withPort(81), SYN, 1, 0)
                .tag(TAG & 0xffff)
                .build();
        Sent sent = bed.one(FRONT, syn);
        assertEquals(TAG, sent.packet().tag());
        assertEquals(RST | ACK, sent.packet().flags());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldNeverAnswerAReset(Ends ends) {
        bed.none(
                FRONT,
                Counter.DROP_RST_NO_FLOW,
                FrameBuilder.tcp(ends.client, ends.service, RST, 1, 0).build());
        bed.none(
                FRONT,
                Counter.DROP_NO_SERVICE,
                FrameBuilder.tcp(ends.client, ends.service.withPort(81), RST | ACK, 1, 0)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldAnswerADatagramToAnotherPortAsUnreachable(Ends ends) {
        FrameBuilder datagram =
                FrameBuilder.udp(ends.client, ends.service.withPort(53), 30).unpadded();
        Sent sent = bed.one(FRONT, datagram.build());
        Dissection error = sent.packet();
        assertEquals(ends.service.address(), error.from().address());
        assertEquals(ends.client.address(), error.to().address());
        assertEquals(ends.client.isV6() ? 1 : 3, error.icmpType());
        assertEquals(ends.client.isV6() ? 4 : 3, error.icmpCode());
        assertArrayEquals(datagram.packet(), error.payload());
        assertEquals(1, bed.count(Counter.DROP_NO_SERVICE));
        assertEquals(1, bed.count(Counter.REPLY_ICMP));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldQuoteNoMoreThanTheStandardsAllow(Ends ends) {
        FrameBuilder datagram = FrameBuilder.udp(ends.client, ends.service.withPort(53), 1400);
        Dissection error = bed.one(FRONT, datagram.build()).packet();
        int longest = ends.client.isV6() ? 1280 : 576;
        assertEquals(longest, error.packetLength());
        byte[] quoted = error.payload();
        assertArrayEquals(Arrays.copyOf(datagram.packet(), quoted.length), quoted);
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldAnswerAnotherProtocolAsUnreachable(Ends ends) {
        Dissection error = bed.one(
                        FRONT,
                        FrameBuilder.ip(ends.client, ends.service, 132, new byte[20])
                                .build())
                .packet();
        assertEquals(ends.client.isV6() ? 4 : 3, error.icmpType());
        assertEquals(ends.client.isV6() ? 1 : 2, error.icmpCode());
        assertEquals(ends.client.isV6() ? 6 : 0, error.icmpRest());
        assertEquals(1, bed.count(Counter.DROP_PROTOCOL));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldSayNothingWhenToldToBeSilent(Ends ends) {
        bed.silent();
        Peer closed = ends.service.withPort(81);
        bed.none(
                FRONT,
                Counter.DROP_NO_SERVICE,
                FrameBuilder.tcp(ends.client, closed, SYN, 1, 0).build(),
                FrameBuilder.udp(ends.client, closed, 10).build());
        bed.none(
                FRONT,
                Counter.DROP_PROTOCOL,
                FrameBuilder.ip(ends.client, ends.service, 47, new byte[20]).build());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldRefuseWhenTheServiceHasNoServer(Ends ends) {
        bed.node()
                .registry()
                .apply(
                        List.of(
                                Services.service(Transport.TCP, ends.service),
                                Services.service(Transport.UDP, ends.service)),
                        0);
        bed.node().republish();
        byte[] syn = FrameBuilder.tcp(ends.client, ends.service, SYN, 1000, 0).build();
        assertReset(ends, bed.one(FRONT, syn), RST | ACK, 0, 1001);
        byte[] datagram = FrameBuilder.udp(ends.client, ends.service, 3).build();
        assertEquals(
                ends.client.isV6() ? 4 : 3, bed.one(FRONT, datagram).packet().icmpCode());
        assertEquals(2, bed.count(Counter.DROP_NO_SERVER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "224.0.0.5", "255.255.255.255", "202.103.106.5"})
    void shouldNeitherAnswerNorForwardWhatNoHostCanHaveSent(String source) {
        Peer martian = Peer.of(source, 5000);
        bed.none(
                FRONT,
                Counter.DROP_MARTIAN,
                FrameBuilder.tcp(martian, Corpus.SERVICE, SYN, 1, 0).build(),
                FrameBuilder.udp(martian, Corpus.SERVICE, 9).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "ff02::1", "2001:db8::5"})
    void shouldNeitherAnswerNorForwardWhatNoIpv6HostCanHaveSent(String source) {
        Peer martian = Peer.of(source, 5000);
        bed.none(
                FRONT,
                Counter.DROP_MARTIAN,
                FrameBuilder.tcp(martian, Corpus.SERVICE6, SYN, 1, 0).build(),
                FrameBuilder.udp(martian, Corpus.SERVICE6, 9).build());
    }

    @ParameterizedTest
    @ValueSource(longs = {0xffff_ffff_ffffL, 0x0100_5e00_0001L, 0x02_00_00_00_09_09L})
    void shouldTakeNothingForItsOwnThatIsAddressedToOthersOnTheLink(long mac) {
        Peer closed = Corpus.SERVICE.withPort(81);
        bed.none(
                FRONT,
                Counter.DROP_OTHER_HOST,
                FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, SYN, 1, 0)
                        .macs(InMemoryNode.CLIENT_MAC, mac)
                        .build(),
                FrameBuilder.udp(Corpus.CLIENT, closed, 9)
                        .macs(InMemoryNode.CLIENT_MAC, mac)
                        .build());
    }

    @Test
    void shouldNotAnswerLaterFragments() {
        byte[][] parts = FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVICE.withPort(53), 100)
                .fragments(9, 48);
        bed.none(FRONT, Counter.DROP_FRAGMENT, parts[1], parts[2]);
        assertEquals(1, bed.pass(FRONT, parts).size());
    }

    @Test
    void shouldLimitAnswersAndSayHowManyItDidNotGive() {
        bed.icmpPerSecond(100);
        byte[] datagram =
                FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVICE.withPort(53), 9).build();
        byte[] syn = FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE.withPort(81), SYN, 1, 0)
                .build();
        int answered = 0;
        for (int n = 0; n < 20; n++) {
            answered += bed.pass(FRONT, datagram, syn).size();
        }
        assertEquals(10, answered, "a tenth of a second's worth at once");
        assertEquals(30, bed.count(Counter.REPLY_LIMITED));
        bed.skip(50);
        for (int n = 0; n < 20; n++) {
            answered += bed.pass(FRONT, datagram).size();
        }
        assertEquals(15, answered, "and five more in 50 ms");
    }

    @Test
    void shouldGiveUnknownPacketsToTheKernel() {
        bed.withKernel();
        Peer host = Peer.of("202.100.1.1", 22);
        byte[] ssh = FrameBuilder.tcp(Corpus.CLIENT, host, ACK, 1, 2).build();
        byte[] ownConnection = FrameBuilder.tcp(Corpus.SERVER, Corpus.CLIENT, ACK, 1, 2)
                .atBack()
                .build();
        byte[] ping = FrameBuilder.ping(Corpus.CLIENT6, new Peer(IpAddress.parse("fe80::1"), 0), 9)
                .build();
        assertEquals(List.of(), bed.pass(FRONT, ssh, ping));
        assertEquals(List.of(), bed.pass(BACK, ownConnection));
        assertEquals(3, bed.count(Counter.EXCEPTION_KERNEL));
        assertArrayEquals(ssh, bed.kernel().frames().get(0));
        assertArrayEquals(ping, bed.kernel().frames().get(1));
        assertArrayEquals(ownConnection, bed.kernel().frames().get(2));
        bed.kernel().fill();
        bed.none(FRONT, Counter.DROP_EXCEPTION_FULL, ssh);
    }

    @Test
    void shouldFinishChecksumsOfWhatItGivesToTheKernel() {
        bed.withKernel();
        Peer host = Peer.of("202.100.1.1", 22);
        bed.inject(
                0,
                FRONT,
                1,
                FrameBuilder.tcp(Corpus.CLIENT, host, ACK, 1, 2)
                        .payload(77)
                        .partialChecksum()
                        .build());
        bed.run();
        Dissection.of(bed.kernel().frames().getFirst()).assertChecksums();
    }

    @Test
    void shouldCountWhatIsNotItsOwnWhenThereIsNoWayToTheKernel() {
        Peer host = Peer.of("202.100.1.1", 22);
        bed.none(
                FRONT,
                Counter.DROP_NOT_OURS,
                FrameBuilder.tcp(Corpus.CLIENT, host, ACK, 1, 2).build(),
                FrameBuilder.ip(Corpus.CLIENT, host, 47, new byte[30]).build());
    }
}
