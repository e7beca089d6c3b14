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
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.scheduler.SchedulerKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Third means: the servers are asked, and the client notices nothing. */
class ProbeTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";
    private static final int BURST = 64;
    private static final ServiceSpec[] SERVICES = Ends.services(SchedulerKind.RR, ReconstructionPolicy.of(Mode.ADOPT));

    @RegisterExtension
    final ReconstructionBed bed = new ReconstructionBed(ReconstructionSettings.defaults(), SERVICES);

    /** The RST of a host that knows no such connection. */
    private static byte[] stranger(Ends ends, Peer server, int ack) {
        return ends.down(server, RST, ack, 0).build();
    }

    /** Asks until the servers that do not own the flow have said so; returns whom it is at then. */
    private Peer askAway(Ends ends, int ack, int strangers, Peer first) {
        Peer asked = first;
        for (int n = 0; n < strangers; n++) {
            Sent next = bed.down(stranger(ends, asked, ack));
            assertEquals(BACK, next.port());
            assertNotEquals(asked, next.packet().to());
            asked = next.packet().to();
        }
        return asked;
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAdoptTheFirstServerThatTakesTheSegment(Ends ends) {
        Sent asked = bed.up(ends.request(1000, 2000));
        Peer owner = asked.packet().to();
        assertAt(owner, ends, asked);
        assertArrayEquals(Ends.REQUEST, asked.packet().payload());
        Sent answer = bed.down(ends.down(owner, ACK | PSH, 2000, 1000 + Ends.REQUEST.length)
                .payload(500)
                .build());
        assertAtClient(ends, answer);
        assertEquals(500, answer.packet().payload().length);
        assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        assertAt(owner, ends, bed.up(ends.up(ACK, 1037, 2500).build()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAskOneServerAfterTheOtherAndKeepTheirResetsFromTheClient(Ends ends) {
        Peer first = bed.up(ends.request(1000, 2000)).packet().to();
        Peer owner = askAway(ends, 2000, 2, first);
        assertEquals(2, bed.count(Counter.DROP_PROBE_RST));
        assertEquals(2, bed.count(Counter.PROBE_SENT));
        assertAtClient(ends, bed.down(ends.down(owner, ACK, 2000, 1037).build()));
        assertAt(owner, ends, bed.up(ends.request(1037, 2000)));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldSendEveryCandidateTheSameSegment(Ends ends) {
        Sent first = bed.up(ends.request(1000, 2000));
        Sent second = bed.down(stranger(ends, first.packet().to(), 2000));
        assertArrayEquals(Ends.REQUEST, second.packet().payload());
        assertEquals(1000, second.packet().seq());
        assertEquals(2000, second.packet().ack());
        assertEquals(ends.client(), second.packet().from());
        assertEquals(first.packet().ttl(), second.packet().ttl());
        bed.after(25);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldBeginTheSearchOfDifferentClientsAtDifferentServers(Ends ends) {
        HashSet<Peer> first = new HashSet<>();
        for (int port = 5000; port < 5060; port++) {
            first.add(bed.up(ends.clientPort(port).request(1, 1)).packet().to());
        }
        assertEquals(3, first.size());
        bed.after(25);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldRefuseWithAnExactNumberWhenNobodyOwnsTheFlow(Ends ends) {
        Peer first = bed.up(ends.request(1000, 2000)).packet().to();
        Peer last = askAway(ends, 2000, 2, first);
        assertReset(ends, 2000, bed.down(stranger(ends, last, 2000)));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_REFUSE));
        assertEquals(3, bed.count(Counter.DROP_PROBE_RST));
        // and the client's next connection is a new one
        assertEquals(SYN, bed.up(ends.up(SYN, 5000, 0).build()).packet().flags());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldHoldWhatFollowsUntilTheOwnerIsFound(Ends ends) {
        Peer first = bed.up(ends.request(1000, 2000)).packet().to();
        byte[] third = ends.up(ACK | PSH, 1237, 2000).payload(100).build();
        byte[] second = ends.up(ACK | PSH, 1037, 2000).payload(200).build();
        assertEquals(List.of(), bed.engine.pass(FRONT, third, second, second));
        assertEquals(2, bed.count(Counter.HELD_IN));
        assertEquals(1, bed.count(Counter.DROP_PENDING), "the second came twice");
        Peer owner = askAway(ends, 2000, 1, first);
        List<Sent> sent =
                bed.engine.pass(BACK, ends.down(owner, ACK, 2000, 1037).build());
        assertEquals(3, sent.size());
        List<Sent> atOwner = sent.stream().filter(s -> s.port() == BACK).toList();
        assertEquals(1037, atOwner.get(0).packet().seq());
        assertEquals(1237, atOwner.get(1).packet().seq());
        atOwner.forEach(s -> assertAt(owner, ends, s));
        assertAtClient(
                ends, sent.stream().filter(s -> s.port() == FRONT).findFirst().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldHoldFourSegmentsAtMost(Ends ends) {
        bed.up(ends.request(1000, 2000));
        List<byte[]> frames = new ArrayList<>();
        for (int n = 0; n < 6; n++) {
            frames.add(ends.up(ACK, 2000 + n * 10, 2000).payload(10).build());
        }
        assertEquals(List.of(), bed.engine.pass(FRONT, frames.toArray(byte[][]::new)));
        assertEquals(3, bed.count(Counter.HELD_IN), "besides the copy of the first");
        assertEquals(3, bed.count(Counter.DROP_HELD));
        assertEquals(3, bed.after(21).size());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldTakeSilenceForConsentAfterAWhile(Ends ends) {
        Peer silent = bed.up(ends.request(1000, 2000)).packet().to();
        bed.engine.pass(FRONT, ends.up(ACK | PSH, 1037, 2000).payload(10).build());
        assertEquals(List.of(), bed.after(19));
        List<Sent> released = bed.after(2);
        assertEquals(1, released.size());
        assertAt(silent, ends, released.getFirst());
        assertEquals(1, bed.count(Counter.PROBE_PROVISIONAL));
        assertEquals(0, bed.count(Counter.RECONSTRUCTED_PROBE));
        assertEquals(TcpState.ESTABLISHED.ordinal() | FlowRecord.UNCONFIRMED, bed.condition());
        // later segments go on at once
        assertAt(silent, ends, bed.up(ends.up(ACK | PSH, 1047, 2000).payload(10).build()));
        assertAtClient(ends, bed.down(ends.down(silent, ACK, 2000, 1057).build()));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldGoOnAskingWhenTheClientRepeatsItselfToASilentServer(Ends ends) {
        Peer dead = bed.up(ends.request(1000, 2000)).packet().to();
        bed.after(21);
        Sent again = bed.up(ends.request(1000, 2000));
        assertNotEquals(dead, again.packet().to());
        assertAt(again.packet().to(), ends, again);
        assertAtClient(
                ends, bed.down(ends.down(again.packet().to(), ACK, 2000, 1037).build()));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAskASilentServerOnceMoreWhenNobodyElseOwnsTheFlow(Ends ends) {
        // its answer was lost, for instance to the node before
        Peer owner = bed.up(ends.request(1000, 2000)).packet().to();
        bed.after(21);
        Peer asked =
                askAway(ends, 2000, 2, bed.up(ends.request(1000, 2000)).packet().to());
        assertEquals(owner, asked);
        bed.after(41); // a delayed acknowledgement
        assertAtClient(ends, bed.down(ends.down(owner, ACK, 2000, 1037).build()));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        assertAt(owner, ends, bed.up(ends.request(1037, 2000)));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldReadWhatHasComeBeforeItTakesAServerForSilent(Ends ends) {
        Peer owner = bed.up(ends.request(1000, 2000)).packet().to();
        bed.after(21);
        askAway(ends, 2000, 2, bed.up(ends.request(1000, 2000)).packet().to());
        // the owner answers at once, and the worker gets no processor until its time is over
        byte[][] frames = new byte[3 * BURST][];
        Arrays.fill(frames, ends.clientPort(4000).down(owner, RST, 1, 0).build());
        frames[frames.length - 1] = ends.down(owner, ACK, 2000, 1037).build();
        bed.engine.skip(61);
        List<Sent> sent = bed.engine.pass(BACK, frames);
        assertEquals(1, sent.size(), sent::toString);
        assertAtClient(ends, sent.getFirst());
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        assertAt(owner, ends, bed.up(ends.request(1037, 2000)));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldRefuseWhenASilentServerIsSilentOnceMore(Ends ends) {
        Peer dead = bed.up(ends.request(1000, 2000)).packet().to();
        bed.after(21);
        Peer asked =
                askAway(ends, 2000, 2, bed.up(ends.request(1000, 2000)).packet().to());
        assertEquals(dead, asked);
        List<Sent> sent = bed.after(61);
        assertEquals(1, sent.size());
        assertReset(ends, 2000, sent.getFirst());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldSwallowAResetThatComesLate(Ends ends) {
        Peer slow = bed.up(ends.request(1000, 2000)).packet().to();
        bed.after(21);
        Sent next = bed.down(stranger(ends, slow, 2000));
        assertNotEquals(slow, next.packet().to());
        assertArrayEquals(Ends.REQUEST, next.packet().payload());
        bed.after(21);
        assertEquals(2, bed.count(Counter.PROBE_PROVISIONAL));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldSwallowAResetThatAnswersALaterSegmentToASilentServer(Ends ends) {
        Peer slow = bed.up(ends.up(ACK, 1000, 2000).build()).packet().to();
        bed.after(21);
        bed.up(ends.up(ACK | PSH, 1000, 2600).payload(10).build());
        Sent next = bed.down(stranger(ends, slow, 2600));
        assertNotEquals(slow, next.packet().to());
        assertEquals(10, next.packet().payload().length, "it is asked with what can be acknowledged");
        bed.after(25);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldNeverLetAnyResetOfACandidateReachTheClient(Ends ends) {
        Peer asked = bed.up(ends.request(1000, 2000)).packet().to();
        bed.engine.none(
                BACK, Counter.DROP_PROBE_RST, ends.down(asked, RST, 777, 0).build());
        bed.engine.none(
                BACK,
                Counter.DROP_PROBE_RST,
                ends.down(asked, RST | ACK, 777, 1037).build());
        assertTrue((bed.condition() & FlowRecord.PENDING) != 0, "still asking the same");
        bed.after(25);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldNotTakeAnOldSocketForTheOwner(Ends ends) {
        // TIME_WAIT answers with the numbers of a connection that is over
        Peer old = bed.up(ends.request(1000, 2000)).packet().to();
        Sent next = bed.down(ends.down(old, ACK, 1_500_000_000, 1_700_000_000).build());
        assertNotEquals(old, next.packet().to());
        assertEquals(1, bed.count(Counter.DROP_PROBE_MISFIT));
        // nor one that acknowledges more than can have been sent
        Peer other = next.packet().to();
        Sent last = bed.down(ends.down(other, ACK, 2000, 50_000_000).build());
        assertNotEquals(other, last.packet().to());
        bed.after(25);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAdoptAServerThatHasMoreThanTheClientKnowsOf(Ends ends) {
        // an upload: acknowledgements were lost with the node before, so the client sends again what the owner has
        Peer owner = bed.up(ends.up(ACK, 50_000, 2000).payload(1000).build())
                .packet()
                .to();
        Sent duplicate = bed.down(ends.down(owner, ACK, 2000, 90_000).build());
        assertAtClient(ends, duplicate);
        assertEquals(90_000, duplicate.packet().ack());
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldFindTheOwnerOfAConnectionThatIsJustBeingClosed(Ends ends) {
        Peer stranger = bed.up(ends.up(FIN | ACK, 1000, 2000).build()).packet().to();
        Peer owner = askAway(ends, 2000, 1, stranger);
        assertAtClient(ends, bed.down(ends.down(owner, FIN | ACK, 2000, 1001).build()));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        assertNotEquals(TcpState.ESTABLISHED.ordinal(), FlowRecord.state(bed.record()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldBelieveAServerThatSpeaksWhileAnotherIsAsked(Ends ends) {
        Peer asked = bed.up(ends.up(ACK, 1000, 2000).build()).packet().to();
        Peer owner = ends.servers().stream()
                .filter(s -> !s.equals(asked))
                .findFirst()
                .orElseThrow();
        List<Sent> sent = bed.engine.pass(
                BACK, ends.down(owner, ACK | PSH, 2000, 1000).payload(700).build());
        Sent data = sent.stream().filter(s -> s.port() == FRONT).findFirst().orElseThrow();
        assertAtClient(ends, data);
        assertEquals(700, data.packet().payload().length);
        Sent resent = sent.stream().filter(s -> s.port() == BACK).findFirst().orElseThrow();
        assertAt(owner, ends, resent);
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        bed.engine.none(BACK, Counter.DROP_STALE, ends.down(asked, ACK, 1, 1).build());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAskHealthyServersAlone(Ends ends) {
        for (Peer server : ends.servers().subList(0, 2)) {
            bed.setUp(SERVICES[ends.family()], server, false);
        }
        Peer last = ends.servers().getLast();
        assertAt(last, ends, bed.up(ends.request(1000, 2000)));
        assertReset(ends, 2000, bed.down(stranger(ends, last, 2000)));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldRefuseAtOnceWhenThereIsNobodyToAsk(Ends ends) {
        ends.servers().forEach(server -> bed.setUp(SERVICES[ends.family()], server, false));
        assertReset(ends, 2000, bed.up(ends.request(1000, 2000)));
        assertEquals(1, bed.count(Counter.DROP_NO_SERVER));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldWaitWhileTheWayToNoServerIsKnown(Ends ends) {
        ends.servers().forEach(bed::loseWay);
        bed.engine.none(FRONT, Counter.DROP_NO_NEIGHBOUR, ends.request(1000, 2000));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAskOnlyServersToWhichThereIsAWay(Ends ends) {
        bed.loseWay(ends.servers().get(0));
        bed.loseWay(ends.servers().get(2));
        assertAt(ends.servers().get(1), ends, bed.up(ends.request(1000, 2000)));
        bed.after(25);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldForgetTheSearchWhenTheClientGivesUp(Ends ends) {
        bed.up(ends.request(1000, 2000));
        bed.engine.pass(FRONT, ends.up(ACK | PSH, 1037, 2000).payload(10).build());
        bed.engine.none(FRONT, Counter.DROP_RST_NO_FLOW, ends.up(RST, 1047, 0).build());
        assertEquals(1, bed.count(Counter.HELD_OUT));
        assertEquals(List.of(), bed.after(100));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldScheduleAnewWhenTheClientOpensAnotherConnection(Ends ends) {
        bed.up(ends.request(1000, 2000));
        Sent syn = bed.up(ends.up(SYN, 77, 0).build());
        assertEquals(SYN, syn.packet().flags());
        assertEquals(77, syn.packet().seq());
        assertEquals(List.of(), bed.after(100));
        assertTrue(bed.condition() <= FlowRecord.STATE_MASK);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldDropRstOfUnknownFlows(Ends ends) {
        bed.engine.none(FRONT, Counter.DROP_RST_NO_FLOW, ends.up(RST, 1, 0).build());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldKeepTagsAndUnfinishedChecksumsOfWhatItHolds(Ends ends) {
        byte[] tagged = ends.up(ACK | PSH, 1000, 2000)
                .payload(Ends.REQUEST)
                .tag(0x8100, 0x2064)
                .partialChecksum()
                .build();
        Sent first = bed.engine.onePartial(FRONT, tagged);
        Sent second = bed.down(stranger(ends, first.packet().to(), 2000));
        assertArrayEquals(Ends.REQUEST, second.packet().payload());
        assertEquals(0, second.packet().tag());
        Sent answer = bed.down(ends.down(second.packet().to(), ACK, 2000, 1037).build());
        assertEquals(0x8100_2064, answer.packet().tag());
        assertEquals(FrameBuilder.ACK, answer.packet().flags());
    }
}
