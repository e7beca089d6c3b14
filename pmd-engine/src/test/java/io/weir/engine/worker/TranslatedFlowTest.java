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
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.steering.NatPorts;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Transport;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A flow spliced from two connections whose numbers have nothing in common, the sequence numbers included. */
class TranslatedFlowTest {
    private static final int SEQ_DELTA = 0x7fff_0000;
    private static final int ACK_DELTA = -77_777;
    private static final int TIMESTAMP_DELTA = 0x9000_0001;
    private static final Peer LOCAL = Peer.of("172.16.0.1", 0);
    private static final Peer LOCAL6 = Peer.of("fd00::1", 0);

    private WorkerParts parts;

    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind())
            .nat(new NatPorts(10_000, 10_100), LOCAL.address(), LOCAL6.address())
            .unknown(given -> {
                parts = given;
                return UnknownFlows.REFUSED.handler(given);
            });

    /** The four ends of two spliced connections. */
    record Ends(Peer client, Peer service, Peer server, Peer local, int number) {}

    static Stream<Ends> families() {
        return Stream.of(
                new Ends(Corpus.CLIENT, Corpus.SERVICE, Corpus.SERVER, LOCAL, 0),
                new Ends(Corpus.CLIENT6, Corpus.SERVICE6, Corpus.SERVER6, LOCAL6, 1));
    }

    /** Opens a flow, and says that it is a translated one. */
    private Ends splice(Ends ends) {
        bed.one(FRONT, FrameBuilder.tcp(ends.client, ends.service, SYN, 1, 0).build());
        long record = record(ends);
        Flows flows = parts.flows();
        flows.setCondition(record, TcpState.ESTABLISHED.ordinal() | FlowRecord.TRANSLATED);
        int port = parts.context()
                .localPorts
                .allocate(
                        ends.number,
                        ends.client.address().hi(),
                        ends.client.address().lo(),
                        Mem.getLong(record + FlowRecord.KEY),
                        0);
        Mem.putU16(record + FlowRecord.LOCAL_PORT, port);
        Mem.putU8(record + FlowRecord.FLAGS, FlowRecord.FLAG_ACTIVE | ends.number << FlowRecord.LOCAL_ADDRESS_SHIFT);
        Mem.putInt(record + FlowRecord.SEQ_DELTA, SEQ_DELTA);
        Mem.putInt(record + FlowRecord.ACK_DELTA, ACK_DELTA);
        Mem.putInt(record + FlowRecord.TIMESTAMP_DELTA, TIMESTAMP_DELTA);
        return new Ends(ends.client, ends.service, ends.server, ends.local.withPort(port), ends.number);
    }

    private long record(Ends ends) {
        long slots = bed.node().table(0).slots();
        for (long n = 0; n < slots; n++) {
            long slot = bed.node().table(0).slot(n);
            if (Mem.getLong(slot + FlowRecord.KEY) != 0 && FlowRecord.clientPort(slot) == ends.client.port()) {
                return slot;
            }
        }
        throw new AssertionError("no record");
    }

    private static byte[] options(int tsVal, int tsEcr, int left, int right) {
        return ByteBuffer.allocate(24)
                .putInt(0x0101_080a)
                .putInt(tsVal)
                .putInt(tsEcr)
                .putInt(0x0101_050a)
                .putInt(left)
                .putInt(right)
                .array();
    }

    private static void assertEnds(Peer from, Peer to, Sent sent) {
        assertEquals(from, sent.packet().from());
        assertEquals(to, sent.packet().to());
        assertEquals(63, sent.packet().ttl());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldExchangeBothEndsAndAllNumbersInBothDirections(Ends family) {
        Ends ends = splice(family);
        byte[] request = FrameBuilder.tcp(ends.client, ends.service, ACK | PSH, 5000, 90_000)
                .tcpOptions(options(1111, 2222, 91_000, 92_000))
                .payload(333)
                .build();
        Sent atServer = bed.one(FRONT, request);
        assertEquals(BACK, atServer.port());
        assertEnds(ends.local, ends.server, atServer);
        Dissection segment = atServer.packet();
        assertEquals(5000 - SEQ_DELTA, segment.seq());
        assertEquals(90_000 - ACK_DELTA, segment.ack());
        assertArrayEquals(
                options(1111, 2222 - TIMESTAMP_DELTA, 91_000 - ACK_DELTA, 92_000 - ACK_DELTA), segment.tcpOptions());
        assertArrayEquals(FrameBuilder.pattern(333), segment.payload());
        byte[] answer = FrameBuilder.tcp(ends.server, ends.local, ACK, segment.ack(), segment.seq() + 333)
                .tcpOptions(options(3333, 1111, segment.seq() + 1000, segment.seq() + 2000))
                .payload(99)
                .atBack()
                .build();
        Sent atClient = bed.one(BACK, answer);
        assertEquals(FRONT, atClient.port());
        assertEnds(ends.service, ends.client, atClient);
        assertEquals(90_000, atClient.packet().seq());
        assertEquals(5333, atClient.packet().ack());
        assertArrayEquals(
                options(3333 + TIMESTAMP_DELTA, 1111, 6000, 7000),
                atClient.packet().tcpOptions());
        assertArrayEquals(FrameBuilder.pattern(99), atClient.packet().payload());
        assertEquals(InMemoryNode.CLIENT_MAC, atClient.packet().destinationMac());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldKeepWholeRunsInOrderWhenTheyComeInOneBurst(Ends family) {
        Ends ends = splice(family);
        byte[][] frames = new byte[20][];
        for (int n = 0; n < frames.length; n++) {
            frames[n] = FrameBuilder.tcp(ends.client, ends.service, ACK, -2000 + n * 200, 1)
                    .payload(200)
                    .build();
        }
        List<Sent> sent = bed.pass(FRONT, frames);
        for (int n = 0; n < frames.length; n++) {
            assertEquals(-2000 + n * 200 - SEQ_DELTA, sent.get(n).packet().seq());
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldFollowTagsAndFinishUnfinishedChecksums(Ends family) {
        Ends ends = splice(family);
        Sent plain = bed.one(
                FRONT,
                FrameBuilder.tcp(ends.client, ends.service, ACK, 1, 1)
                        .tag(0x8100, 0x2064)
                        .payload(7)
                        .build());
        assertEquals(0, plain.packet().tag());
        Sent back = bed.onePartial(
                BACK,
                FrameBuilder.tcp(ends.server, ends.local, ACK, 1, 1)
                        .payload(1001)
                        .partialChecksum()
                        .atBack()
                        .build());
        assertEquals(0x8100_2064, back.packet().tag());
        assertEquals(1, bed.count(Counter.CHECKSUM_COMPLETED));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldNotForwardWhatTheServerSendsToTheClientItself(Ends family) {
        Ends ends = splice(family);
        bed.none(
                BACK,
                Counter.DROP_STALE,
                FrameBuilder.tcp(ends.server, ends.client, ACK, 1, 1)
                        .payload(10)
                        .atBack()
                        .build());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldDropWhatComesToALocalPortFromAnotherServerOrOfNoFlow(Ends family) {
        Ends ends = splice(family);
        bed.none(
                BACK,
                Counter.DROP_NAT_NO_FLOW,
                FrameBuilder.tcp(ends.server, ends.local.withPort(10_077), ACK, 1, 1)
                        .atBack()
                        .build());
        byte[] udp = FrameBuilder.udp(ends.server, ends.local, 20).atBack().build();
        bed.none(BACK, Counter.DROP_NAT_NO_FLOW, udp);
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldDropASegmentWhoseOptionsCannotBeRead(Ends family) {
        Ends ends = splice(family);
        byte[] bad = FrameBuilder.tcp(ends.client, ends.service, ACK, 1, 1)
                .tcpOptions(new byte[] {8, 9, 0, 0})
                .build();
        bed.none(FRONT, Counter.DROP_BAD_OPTIONS, bad);
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReportObstaclesWithThePacketAsItsSenderKnowsIt(Ends family) {
        Ends ends = splice(family);
        byte[] last = FrameBuilder.tcp(ends.client, ends.service, ACK, 1234, 1)
                .ttl(1)
                .payload(50)
                .build();
        Sent error = bed.one(FRONT, last);
        assertEquals(ends.client.address(), error.packet().to().address());
        assertEquals(ends.service, error.packet().quoted().to());
        assertEquals(1234, error.packet().quoted().seq());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldFreeTheLocalPortWhenTheFlowIsOver(Ends family) {
        Ends ends = splice(family);
        bed.one(FRONT, FrameBuilder.tcp(ends.client, ends.service, RST, 1, 0).build());
        assertEquals(TcpState.CLOSE.ordinal(), FlowRecord.state(record(ends)));
        assertEquals(1, parts.context().localPorts.used());
        bed.advance(bed.timeoutMs(TcpState.CLOSE));
        assertEquals(0, parts.context().localPorts.used());
        bed.none(
                BACK,
                Counter.DROP_NAT_NO_FLOW,
                FrameBuilder.tcp(ends.server, ends.local, ACK, 1, 1).atBack().build());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldBeginAnewWhenTheClientReusesItsPortAfterTheEnd(Ends family) {
        Ends ends = splice(family);
        bed.one(
                FRONT,
                FrameBuilder.tcp(ends.client, ends.service, FIN | ACK, 1, 1).build());
        bed.one(
                BACK,
                FrameBuilder.tcp(ends.server, ends.local, FIN | ACK, 1, 2)
                        .atBack()
                        .build());
        Sent syn = bed.one(
                FRONT, FrameBuilder.tcp(ends.client, ends.service, SYN, 99, 0).build());
        assertEnds(ends.client, ends.server, syn);
        assertEquals(99, syn.packet().seq());
        assertEquals(0, parts.context().localPorts.used());
        assertTrue(FlowRecord.condition(record(ends)) <= FlowRecord.STATE_MASK);
        assertEquals(Transport.TCP, syn.packet().protocol());
    }

    private static byte[] tooBig(Peer router, Peer to, byte[] quote) {
        return to.isV6()
                ? FrameBuilder.icmp(router, to, 2, 0, 1400, quote).build()
                : FrameBuilder.icmp(router, to, 3, 4, 1400, quote).build();
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldCarryErrorsAboutRequestsToTheClientInItsOwnNumbers(Ends family) {
        Ends ends = splice(family);
        byte[] quote = FrameBuilder.tcp(ends.local, ends.server, ACK, 100, 200)
                .payload(40)
                .packet();
        FrameBuilder error = ends.client.isV6()
                ? FrameBuilder.icmp(ends.server, ends.local, 2, 0, 1400, quote)
                : FrameBuilder.icmp(ends.server, ends.local, 3, 4, 1400, quote);
        Sent sent = bed.one(BACK, error.atBack().build());
        assertEquals(FRONT, sent.port());
        assertEquals(ends.client.address(), sent.packet().to().address());
        assertEquals(ends.service.address(), sent.packet().from().address());
        assertEquals(1400, sent.packet().icmpRest());
        Dissection quoted = sent.packet().quoted();
        assertEquals(ends.client, quoted.from());
        assertEquals(ends.service, quoted.to());
        assertEquals(100 + SEQ_DELTA, quoted.seq());
        assertEquals(200 + ACK_DELTA, quoted.ack());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldCarryErrorsAboutAnswersToTheServerInItsOwnNumbers(Ends family) {
        Ends ends = splice(family);
        byte[] quote = FrameBuilder.tcp(ends.service, ends.client, ACK, 100, 200)
                .payload(40)
                .packet();
        Sent sent = bed.one(FRONT, tooBig(ends.client, ends.service, quote));
        assertEquals(BACK, sent.port());
        assertEquals(ends.server.address(), sent.packet().to().address());
        Dissection quoted = sent.packet().quoted();
        assertEquals(ends.server, quoted.from());
        assertEquals(ends.local, quoted.to());
        assertEquals(100 - ACK_DELTA, quoted.seq());
        assertEquals(200 - SEQ_DELTA, quoted.ack());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTranslateWhatIsQuotedEvenWhenItIsOnlyEightBytes(Ends family) {
        Ends ends = splice(family);
        byte[] whole =
                FrameBuilder.tcp(ends.service, ends.client, ACK, 100, 200).packet();
        byte[] quote = Arrays.copyOf(whole, (ends.client.isV6() ? 40 : 20) + 8);
        Dissection quoted = bed.one(FRONT, tooBig(ends.client, ends.service, quote))
                .packet()
                .quoted();
        assertEquals(ends.local, quoted.to());
        assertEquals(100 - ACK_DELTA, quoted.seq());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldDropErrorsAboutLocalPortsThatNoFlowUses(Ends family) {
        Ends ends = splice(family);
        byte[] quote = FrameBuilder.tcp(ends.local.withPort(10_050), ends.server, ACK, 1, 2)
                .packet();
        bed.none(FRONT, Counter.DROP_ICMP_NO_FLOW, tooBig(ends.server, ends.local, quote));
    }
}
