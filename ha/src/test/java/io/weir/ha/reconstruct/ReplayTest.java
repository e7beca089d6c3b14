package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.FIN;
import static io.weir.engine.testing.FrameBuilder.PSH;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAt;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAtClient;
import static io.weir.ha.reconstruct.ReconstructionBed.assertReset;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.LocalPorts;
import io.weir.engine.flow.TcpState;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.scheduler.SchedulerKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fourth means: the flow goes on over a connection of the node's own, as the source document has it. */
class ReplayTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";
    private static final int S = 1000;
    private static final int A = 2_000_000_000;
    private static final int N = -7000;
    private static final int LENGTH = Ends.REQUEST.length;
    private static final ServiceSpec[] SERVICES = Ends.services(SchedulerKind.RR, ReconstructionPolicy.of(Mode.REPLAY));

    @RegisterExtension
    final ReconstructionBed bed = new ReconstructionBed(ReconstructionSettings.defaults(), SERVICES);

    private Link begin(Ends ends) {
        return Link.of(ends, bed.up(ends.request(S, A)));
    }

    /** The server accepts; returns what the node sends then. */
    private List<Sent> accept(Link link) {
        return bed.engine.pass(BACK, link.down(SYN | ACK, N, S).build());
    }

    private Link established(Ends ends) {
        Link link = begin(ends);
        assertEquals(2, accept(link).size());
        return link;
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldOpenAConnectionWhoseSequenceNumbersAreTheClients(Ends ends) {
        Sent syn = bed.up(ends.request(S, A));
        Link.of(ends, syn);
        assertEquals(S - 1, syn.packet().seq());
        assertEquals(0, syn.packet().ack());
        assertEquals(64, syn.packet().ttl());
        int mss = ends.client().isV6() ? 1440 : 1460;
        assertEquals(
                "0204%04x010104020103 0307".formatted(mss).replace(" ", ""),
                HexFormat.of().formatHex(syn.packet().tcpOptions()));
        assertEquals(TcpState.ESTABLISHED.ordinal() | FlowRecord.PENDING, bed.condition());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldSendTheAckAndThenTheSegmentOnceTheServerAccepts(Ends ends) {
        Link link = begin(ends);
        List<Sent> sent = accept(link);
        assertEquals(2, sent.size());
        Dissection ack = link.assertAtServer(sent.get(0));
        assertEquals(ACK, ack.flags());
        assertEquals(S, ack.seq());
        assertEquals(N + 1, ack.ack());
        assertEquals(0, ack.payload().length);
        Dissection request = link.assertAtServer(sent.get(1));
        assertEquals(S, request.seq());
        assertEquals(N + 1, request.ack());
        assertArrayEquals(Ends.REQUEST, request.payload());
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_REPLAY));
        assertEquals(1, bed.count(Counter.REPLAY_1MS));
        assertEquals(TcpState.ESTABLISHED.ordinal() | FlowRecord.TRANSLATED, bed.condition());
        assertEquals(0, Mem.getInt(bed.record() + FlowRecord.SEQ_DELTA));
        assertEquals(A - (N + 1), Mem.getInt(bed.record() + FlowRecord.ACK_DELTA));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldCarryTheConversationOnInEachEndsNumbers(Ends ends) {
        Link link = established(ends);
        Sent answer =
                bed.down(link.down(ACK | PSH, N + 1, S + LENGTH).payload(700).build());
        assertAtClient(ends, answer);
        assertEquals(A, answer.packet().seq());
        assertEquals(S + LENGTH, answer.packet().ack());
        Dissection ack =
                link.assertAtServer(bed.up(ends.up(ACK, S + LENGTH, A + 700).build()));
        assertEquals(N + 701, ack.ack());
        // both close
        Dissection fin = link.assertAtServer(
                bed.up(ends.up(FIN | ACK, S + LENGTH, A + 700).build()));
        assertEquals(S + LENGTH, fin.seq());
        Sent last = bed.down(link.down(FIN | ACK, N + 701, S + LENGTH + 1).build());
        assertAtClient(ends, last);
        assertEquals(A + 700, last.packet().seq());
        assertEquals(TcpState.TIME_WAIT.ordinal(), FlowRecord.state(bed.record()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldTranslateResetsLikeAnySegment(Ends ends) {
        Link link = established(ends);
        Sent reset = bed.down(link.down(RST | ACK, N + 1, S + LENGTH).build());
        assertAtClient(ends, reset);
        assertEquals(A, reset.packet().seq(), "the client accepts no other number");
        assertEquals(TcpState.CLOSE.ordinal(), FlowRecord.state(bed.record()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldKeepTheTimestampsThatTheClientHasSeenRising(Ends ends) {
        byte[] request = ends.up(ACK | PSH, S, A)
                .tcpOptions(Ends.timestamps(500, 90_000))
                .payload(Ends.REQUEST)
                .build();
        Sent syn = bed.up(request);
        Link link = Link.of(ends, syn);
        int mss = ends.client().isV6() ? 1440 : 1460;
        assertEquals(
                "0204%04x0402080a%08x0000000001030307".formatted(mss, 500),
                HexFormat.of().formatHex(syn.packet().tcpOptions()));
        byte[] synAckOptions = ByteBuffer.allocate(20)
                .putInt(0x0204_05b4)
                .putInt(0x0402_080a)
                .putInt(77)
                .putInt(500)
                .putInt(0x0103_0307)
                .array();
        List<Sent> sent = bed.engine.pass(
                BACK, link.down(SYN | ACK, N, S).tcpOptions(synAckOptions).build());
        assertArrayEquals(Ends.timestamps(500, 77), sent.get(0).packet().tcpOptions(), "ACK");
        assertArrayEquals(Ends.timestamps(500, 77), sent.get(1).packet().tcpOptions(), "the segment");
        Sent answer = bed.down(link.down(ACK, N + 1, S + LENGTH)
                .tcpOptions(Ends.timestamps(80, 500))
                .build());
        assertArrayEquals(Ends.timestamps(90_003, 500), answer.packet().tcpOptions());
        Sent next = bed.up(ends.up(ACK, S + LENGTH, A)
                .tcpOptions(Ends.timestamps(600, 90_003))
                .build());
        assertArrayEquals(Ends.timestamps(600, 80), next.packet().tcpOptions());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldGoOnWithoutTimestampsWhenTheServerWantsNone(Ends ends) {
        byte[] request = ends.up(ACK | PSH, S, A)
                .tcpOptions(Ends.timestamps(500, 90_000))
                .payload(Ends.REQUEST)
                .build();
        Link link = Link.of(ends, bed.up(request));
        List<Sent> sent = accept(link);
        assertEquals(0, sent.get(0).packet().tcpOptions().length);
        assertArrayEquals(Ends.timestamps(500, 90_000), sent.get(1).packet().tcpOptions());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldMoveSackBlocksWithTheNumbersTheySpeakOf(Ends ends) {
        Link link = established(ends);
        byte[] fromClient = ByteBuffer.allocate(12)
                .putInt(0x0101_050a)
                .putInt(A + 100)
                .putInt(A + 200)
                .array();
        Sent up = bed.up(ends.up(ACK, S + LENGTH, A).tcpOptions(fromClient).build());
        ByteBuffer blocks = ByteBuffer.wrap(up.packet().tcpOptions());
        assertEquals(N + 101, blocks.getInt(4));
        assertEquals(N + 201, blocks.getInt(8));
        byte[] fromServer = ByteBuffer.allocate(12)
                .putInt(0x0101_050a)
                .putInt(S + 100)
                .putInt(S + 200)
                .array();
        Sent down = bed.down(
                link.down(ACK, N + 1, S + LENGTH).tcpOptions(fromServer).build());
        assertArrayEquals(fromServer, down.packet().tcpOptions(), "the client's own numbers");
        assertEquals(link.local(), up.packet().from());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldHoldWhatFollowsInOrderAndOnce(Ends ends) {
        Link link = begin(ends);
        byte[] second = ends.up(ACK | PSH, S + LENGTH, A).payload(10).build();
        byte[] third = ends.up(ACK | PSH, S + LENGTH + 10, A).payload(20).build();
        byte[] fourth = ends.up(ACK | PSH, S + LENGTH + 30, A).payload(30).build();
        byte[] fifth = ends.up(ACK | PSH, S + LENGTH + 60, A).payload(40).build();
        assertEquals(List.of(), bed.engine.pass(FRONT, third, second, second, fourth, fifth, ends.request(S, A)));
        assertEquals(4, bed.count(Counter.HELD_IN));
        assertEquals(2, bed.count(Counter.DROP_PENDING));
        assertEquals(1, bed.count(Counter.DROP_HELD));
        List<Sent> sent = accept(link);
        assertEquals(5, sent.size());
        List<Integer> numbers = new ArrayList<>();
        sent.subList(1, 5).forEach(s -> numbers.add(link.assertAtServer(s).seq()));
        assertEquals(List.of(S, S + LENGTH, S + LENGTH + 10, S + LENGTH + 30), numbers);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldBeginWithAnOlderSegmentThatComesInTime(Ends ends) {
        // the segment after the one that was lost came first: now the numbers of the two connections differ
        Link link = begin(ends);
        assertEquals(
                List.of(),
                bed.engine.pass(FRONT, ends.up(ACK | PSH, S - 40, A).payload(40).build()));
        List<Sent> sent = accept(link);
        assertEquals(-40, Mem.getInt(bed.record() + FlowRecord.SEQ_DELTA));
        assertEquals(S, link.assertAtServer(sent.get(0)).seq(), "ACK");
        assertEquals(S, link.assertAtServer(sent.get(1)).seq(), "the older one");
        assertEquals(40, sent.get(1).packet().payload().length);
        assertEquals(S + 40, link.assertAtServer(sent.get(2)).seq(), "the request");
        assertArrayEquals(Ends.REQUEST, sent.get(2).packet().payload());
        Sent answer = bed.down(link.down(ACK, N + 1, S + 40 + LENGTH).payload(5).build());
        assertEquals(S + LENGTH, answer.packet().ack());
        assertEquals(A, answer.packet().seq());
        assertEquals(
                S + 40 + LENGTH,
                link.assertAtServer(bed.up(ends.up(ACK, S + LENGTH, A + 5).build()))
                        .seq());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldCountFromTheHighestNumberThatTheClientHasReceived(Ends ends) {
        Link link = begin(ends);
        bed.engine.pass(
                FRONT, ends.up(ACK | PSH, S + LENGTH, A + 300).payload(10).build());
        accept(link);
        assertEquals(A + 300 - (N + 1), Mem.getInt(bed.record() + FlowRecord.ACK_DELTA));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldRefuseWhatIsOlderThanTheReplay(Ends ends) {
        established(ends);
        Sent reset = bed.up(ends.up(ACK | PSH, S - 100, A).payload(100).build());
        assertReset(ends, A, reset);
        assertEquals(1, bed.count(Counter.DROP_BEFORE_REPLAY));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_REFUSE));
        // an old acknowledgement loses nothing
        Ends other = ends.clientPort(4000);
        Link link = established(other);
        link.assertAtServer(bed.up(other.up(ACK, S - 1, A).build()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldRefuseOldSegmentsHoweverFarTheFlowHasCome(Ends ends) {
        Link link = established(ends);
        int seq = S;
        for (int step = 0; step < 40; step++) { // five times round
            seq += 1 << 29;
            link.assertAtServer(bed.up(ends.up(ACK | PSH, seq, A).payload(10).build()));
            link.assertAtServer(
                    bed.up(ends.up(ACK | PSH, seq - (1 << 28), A).payload(10).build()));
        }
        assertReset(
                ends,
                A,
                bed.up(ends.up(ACK | PSH, seq - 2_000_000_000, A).payload(10).build()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldSendTheSynThreeTimesMoreEachAfterTwiceTheTime(Ends ends) {
        Link link = begin(ends);
        long waited = 0;
        for (int pause : new int[] {200, 400, 800}) {
            assertEquals(List.of(), bed.after(pause - 1), "too early");
            List<Sent> again = bed.after(2);
            waited += pause + 1;
            assertEquals(1, again.size(), "after " + waited + " ms");
            assertEquals(S - 1, link.assertAtServer(again.getFirst()).seq());
            assertEquals(SYN, again.getFirst().packet().flags());
        }
        accept(link);
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_REPLAY));
        assertEquals(1, bed.count(Counter.REPLAY_LONGER));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldTryOneOtherServerWhenTheFirstIsSilentAndThenRefuse(Ends ends) {
        Link first = begin(ends);
        for (int pause : new int[] {201, 401, 801}) {
            bed.after(pause);
        }
        List<Sent> moved = bed.after(1602);
        assertEquals(1, moved.size());
        Link second = Link.of(ends, moved.getFirst());
        assertNotEquals(first.server(), second.server());
        assertNotEquals(first.local(), second.local());
        for (int pause : new int[] {201, 401, 801}) {
            assertEquals(1, bed.after(pause).size());
        }
        List<Sent> reset = bed.after(1602);
        assertEquals(1, reset.size());
        assertReset(ends, A, reset.getFirst());
        assertEquals(2, bed.count(Counter.REPLAY_FAILED));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_REFUSE));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldTryOneOtherServerWhenTheFirstRefuses(Ends ends) {
        Link first = begin(ends);
        Sent moved = bed.down(first.down(RST | ACK, 0, S).build());
        Link second = Link.of(ends, moved);
        assertNotEquals(first.server(), second.server());
        assertEquals(2, accept(second).size());
        assertEquals(1, bed.count(Counter.REPLAY_FAILED));
        // the first one's late answer is of no use
        bed.engine.none(
                BACK, Counter.DROP_NAT_NO_FLOW, first.down(SYN | ACK, N, S).build());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldNotBelieveAResetOrAcceptanceOfSomethingElse(Ends ends) {
        Link link = begin(ends);
        bed.engine.none(BACK, Counter.DROP_PENDING, link.down(RST, 0, 0).build());
        bed.engine.none(
                BACK, Counter.DROP_PENDING, link.down(RST | ACK, 0, S + 5).build());
        assertEquals(2, accept(link).size());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldEndAnOldConnectionThatStandsAtTheSamePort(Ends ends) {
        // this node's former self had a connection there
        Link link = begin(ends);
        Dissection reset = link.assertAtServer(bed.down(link.down(ACK, 123, 456).build()));
        assertEquals(RST, reset.flags());
        assertEquals(456, reset.seq());
        assertEquals(1, bed.after(201).size());
        assertEquals(2, accept(link).size());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAcknowledgeAgainWhenTheServerAcceptsAgain(Ends ends) {
        Link link = established(ends);
        Dissection ack = link.assertAtServer(bed.down(
                link.down(SYN | ACK, N, S).tcpOptions(Ends.timestamps(5, 6)).build()));
        assertEquals(ACK, ack.flags());
        assertEquals(S, ack.seq());
        assertEquals(N + 1, ack.ack());
        assertArrayEquals(Ends.timestamps(6, 5), ack.tcpOptions());
        assertEquals(2, bed.count(Counter.REPLAY_RECEIVED));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldNotReplayIntoTheMiddleOfAnAnswer(Ends ends) {
        // the client has received something beyond a hole: what a fresh server sends would be patched into it
        byte[] sack = ByteBuffer.allocate(12)
                .putInt(0x0101_050a)
                .putInt(A + 1000)
                .putInt(A + 2000)
                .array();
        assertReset(
                ends,
                A,
                bed.up(ends.up(ACK | PSH, S, A).tcpOptions(sack).payload(50).build()));
        byte[] duplicate = ByteBuffer.allocate(12)
                .putInt(0x0101_050a)
                .putInt(A - 2000)
                .putInt(A - 1000)
                .array();
        Ends other = ends.clientPort(4000);
        Link.of(
                other,
                bed.up(other.up(ACK | PSH, S, A)
                        .tcpOptions(duplicate)
                        .payload(50)
                        .build()));
        bed.engine.pass(FRONT, other.up(RST, S, 0).build());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldUseAPortAgainOnlyAMinuteAfterItsFlow(Ends ends) {
        Link link = established(ends);
        bed.up(ends.up(RST, S + LENGTH, 0).build());
        bed.engine.advance(bed.engine.timeoutMs(TcpState.CLOSE));
        int ports = Ends.LAST_PORT - Ends.FIRST_PORT + 1;
        for (int n = 1; n < ports; n++) {
            bed.engine.skip(2); // not more replays a second than a server is to bear
            Link other = Link.of(ends, bed.up(ends.clientPort(30_000 + n).request(S, A)));
            assertNotEquals(link.local(), other.local());
            bed.engine.pass(FRONT, ends.clientPort(30_000 + n).up(RST, S, 0).build());
        }
        assertEquals(0, bed.count(Counter.DROP_NO_LOCAL_PORT));
        assertEquals(List.of(), bed.engine.pass(FRONT, ends.request(S, A)));
        assertEquals(1, bed.count(Counter.DROP_NO_LOCAL_PORT));
        bed.engine.skip(LocalPorts.QUARANTINE_SECONDS * 1000);
        assertEquals(link.local(), begin(ends).local(), "the one that rested longest");
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldGiveAnythingWithoutPayloadToWhomeverIsNext(Ends ends) {
        // as the source document has it: a plain record on a scheduled server
        Sent ack = bed.up(ends.up(ACK, S, A).build());
        Peer server = ack.packet().to();
        assertAt(server, ends, ack);
        assertAt(server, ends, bed.up(ends.request(S, A)));
        assertAtClient(ends, bed.down(ends.down(server, RST, A, 0).build()));
        Ends other = ends.clientPort(4000);
        Sent fin = bed.up(other.up(FIN | ACK, S, A).build());
        assertNotEquals(server, fin.packet().to());
        assertEquals(0, bed.count(Counter.RECONSTRUCTED_REPLAY));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldDropWhatServersSendToUnknownClients(Ends ends) {
        assertEquals(
                List.of(),
                bed.engine.pass(
                        BACK,
                        ends.down(ends.servers().getFirst(), ACK, 1, 1)
                                .payload(9)
                                .build()));
        assertEquals(0, bed.count(Counter.FLOWS));
        assertEquals(1, bed.count(Counter.EXCEPTION_KERNEL));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldWaitWhileTheWayToNoServerIsKnown(Ends ends) {
        ends.servers().forEach(bed::loseWay);
        bed.engine.none(FRONT, Counter.DROP_NO_NEIGHBOUR, ends.request(S, A));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldRefuseWhenNoServerIsUp(Ends ends) {
        ends.servers().forEach(server -> bed.setUp(SERVICES[ends.family()], server, false));
        assertReset(ends, A, bed.up(ends.request(S, A)));
        assertReset(ends, A, bed.up(ends.up(ACK, S, A).build()));
        assertEquals(2, bed.count(Counter.DROP_NO_SERVER));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldStartAfreshWhenTheClientDoes(Ends ends) {
        Link link = begin(ends);
        Sent syn = bed.up(ends.up(SYN, 99, 0).build());
        assertEquals(ends.client(), syn.packet().from());
        bed.engine.none(
                BACK, Counter.DROP_NAT_NO_FLOW, link.down(SYN | ACK, N, S).build());
        assertEquals(List.of(), bed.after(5000));
    }

    /** With limits on what is replayed. */
    @Nested
    class Guarded {
        private static final ServiceSpec[] GUARDED = Ends.services(
                SchedulerKind.RR,
                new ReconstructionPolicy(Mode.REPLAY, true, 1200, 5, ReconstructionPolicy.OnServerDeath.KEEP));

        @RegisterExtension
        final ReconstructionBed guarded = new ReconstructionBed(ReconstructionSettings.defaults(), GUARDED);

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldReplayRequestsAloneUnderTheGuard(Ends ends) {
            Sent syn = guarded.up(ends.request(S, A));
            Link.of(ends, syn);
            assertEquals("020404b0", HexFormat.of().formatHex(syn.packet().tcpOptions(), 0, 4), "MSS as configured");
            assertEquals("01030305", HexFormat.of().formatHex(syn.packet().tcpOptions(), 8, 12), "scale as configured");
            Ends other = ends.clientPort(4000);
            assertReset(
                    other, A, guarded.up(other.up(ACK | PSH, S, A).payload(200).build()));
            guarded.engine.pass(FRONT, ends.up(RST, S, 0).build());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldNotBeginWithAnOlderSegmentThatIsNoRequest(Ends ends) {
            Link link = Link.of(ends, guarded.up(ends.request(S, A)));
            guarded.engine.pass(FRONT, ends.up(ACK | PSH, S - 10, A).payload(10).build());
            List<Sent> sent =
                    guarded.engine.pass(BACK, link.down(SYN | ACK, N, S).build());
            assertEquals(2, sent.size());
            assertEquals(
                    RST,
                    sent.stream()
                            .filter(s -> s.port() == BACK)
                            .findFirst()
                            .orElseThrow()
                            .packet()
                            .flags());
            assertReset(
                    ends,
                    A,
                    sent.stream().filter(s -> s.port() == FRONT).findFirst().orElseThrow());
        }
    }

    /** After the other means have failed. */
    @Nested
    class Last {
        @RegisterExtension
        final ReconstructionBed full = new ReconstructionBed(
                ReconstructionSettings.defaults(), Ends.services(SchedulerKind.RR, ReconstructionPolicy.of(Mode.FULL)));

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldReplayWhatNobodyOwns(Ends ends) {
            Sent asked = full.up(ends.request(S, A));
            for (int n = 0; n < 3; n++) {
                asked = full.down(ends.down(asked.packet().to(), RST, A, 0).build());
            }
            Link link = Link.of(ends, asked);
            List<Sent> sent = full.engine.pass(BACK, link.down(SYN | ACK, N, S).build());
            assertArrayEquals(Ends.REQUEST, link.assertAtServer(sent.get(1)).payload());
            assertEquals(3, full.count(Counter.DROP_PROBE_RST));
            assertEquals(1, full.count(Counter.RECONSTRUCTED_REPLAY));
            // the client is served in its own numbers
            Sent answer =
                    full.down(link.down(ACK | PSH, N + 1, S + LENGTH).payload(5).build());
            assertAtClient(ends, answer);
            assertEquals(A, answer.packet().seq());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldReplayElsewhereWhenServersAreDeadAndOthersDisown(Ends ends) {
            Peer dead = full.up(ends.request(S, A)).packet().to();
            full.after(21);
            Sent asked = full.up(ends.request(S, A));
            for (int n = 0; n < 2; n++) {
                asked = full.down(ends.down(asked.packet().to(), RST, A, 0).build());
            }
            assertEquals(dead, asked.packet().to(), "it is asked again");
            asked = full.after(61).getFirst();
            assertNotEquals(dead, Link.of(ends, asked).server());
            full.engine.pass(FRONT, ends.up(RST, S, 0).build());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldReplayTheFirstSegmentWithPayloadWhenItWasAskedWithoutAny(Ends ends) {
            Sent asked = full.up(ends.up(ACK, S, A).build());
            full.engine.pass(FRONT, ends.request(S, A));
            for (int n = 0; n < 3; n++) {
                asked = full.down(ends.down(asked.packet().to(), RST, A, 0).build());
            }
            assertEquals(S - 1, asked.packet().seq());
            Link link = Link.of(ends, asked);
            List<Sent> sent = full.engine.pass(BACK, link.down(SYN | ACK, N, S).build());
            assertArrayEquals(Ends.REQUEST, link.assertAtServer(sent.get(1)).payload());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldRefuseWhatHasNoPayload(Ends ends) {
            Sent asked = full.up(ends.up(ACK, S, A).build());
            for (int n = 0; n < 3; n++) {
                asked = full.down(ends.down(asked.packet().to(), RST, A, 0).build());
            }
            assertReset(ends, A, asked);
        }
    }
}
