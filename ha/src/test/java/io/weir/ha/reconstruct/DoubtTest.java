package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.PSH;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAt;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAtClient;
import static io.weir.ha.reconstruct.ReconstructionBed.assertReset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.scheduler.SchedulerKind;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server that answers, and misses something that the client sent before: it was lost with the node before, or the flow
 * was another server's meanwhile, and this one's socket is an old one.
 */
class DoubtTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";
    private static final int UNSURE = TcpState.ESTABLISHED.ordinal() | FlowRecord.UNCONFIRMED;
    private static final int HOLE = 49_000;
    private static final int SEEN = 50_000;
    private static final int A = 2000;

    /** What the client sends first and, when nobody acknowledges it, again. */
    private static byte[] segment(Ends ends) {
        return ends.up(ACK | PSH, SEEN, A).payload(Ends.REQUEST).build();
    }

    /** Whoever is asked answers by an acknowledgement of less than that. */
    private static Peer answerWithHole(ReconstructionBed bed, Ends ends, Peer server) {
        Sent duplicate = bed.down(ends.down(server, ACK, A, HOLE).build());
        assertAtClient(ends, duplicate);
        assertEquals(HOLE, duplicate.packet().ack());
        assertEquals(UNSURE, bed.condition());
        return server;
    }

    /** Round robin. */
    @Nested
    class Asked {
        @RegisterExtension
        final ReconstructionBed bed = ReconstructionBed.of(SchedulerKind.RR, ReconstructionPolicy.of(Mode.FULL));

        private Peer asked(Ends ends) {
            return answerWithHole(bed, ends, bed.up(segment(ends)).packet().to());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldAdoptAServerThatHasReceivedWhatItMissed(Ends ends) {
            Peer owner = asked(ends);
            assertEquals(0, bed.count(Counter.RECONSTRUCTED_PROBE));
            // an upload: the client sends again what was lost
            assertAt(owner, ends, bed.up(ends.up(ACK, HOLE, A).payload(1000).build()));
            assertAtClient(ends, bed.down(ends.down(owner, ACK, A, HOLE + 1000).build()));
            assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
            assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldSendOnWhatWasHeldMeanwhile(Ends ends) {
            Peer server = bed.up(segment(ends)).packet().to();
            byte[] next = ends.up(ACK | PSH, SEEN + Ends.REQUEST.length, A)
                    .payload(10)
                    .build();
            bed.engine.pass(FRONT, next);
            var sent = bed.engine.pass(BACK, ends.down(server, ACK, A, HOLE).build());
            assertEquals(2, sent.size());
            assertAt(
                    server,
                    ends,
                    sent.stream().filter(s -> s.port() == BACK).findFirst().orElseThrow());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldBearOneRepetitionThatTheMissingSegmentFollows(Ends ends) {
            Peer owner = asked(ends);
            assertAt(owner, ends, bed.up(segment(ends))); // a probe for the loss of the last segment
            answerWithHole(bed, ends, owner);
            assertAt(owner, ends, bed.up(ends.up(ACK, HOLE, A).payload(1000).build()));
            int all = SEEN + Ends.REQUEST.length;
            assertAtClient(ends, bed.down(ends.down(owner, ACK, A, all).build()));
            assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldLeaveAnOldSocketAndReplayWhenNobodyElseOwnsTheFlow(Ends ends) {
            Peer old = asked(ends);
            assertAt(old, ends, bed.up(segment(ends)));
            answerWithHole(bed, ends, old);
            Sent asked = bed.up(segment(ends));
            for (int n = 0; n < 2; n++) {
                assertNotEquals(old, asked.packet().to());
                asked = bed.down(ends.down(asked.packet().to(), RST, A, 0).build());
            }
            assertEquals(SYN, asked.packet().flags());
            assertEquals(SEEN - 1, asked.packet().seq());
            bed.engine.pass(FRONT, ends.up(RST, SEEN, 0).build());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldFindAnOwnerThatComesAfterTheOldSocket(Ends ends) {
            Peer old = asked(ends);
            bed.up(segment(ends));
            Peer owner = bed.up(segment(ends)).packet().to();
            assertNotEquals(old, owner);
            assertAtClient(
                    ends,
                    bed.down(
                            ends.down(owner, ACK, A, SEEN + Ends.REQUEST.length).build()));
            assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
            bed.engine.none(
                    BACK, Counter.DROP_STALE, ends.down(old, ACK, A, HOLE).build());
        }
    }

    /** As the others, but it may not replay. */
    @Nested
    class Adopting {
        @RegisterExtension
        final ReconstructionBed bed = ReconstructionBed.of(SchedulerKind.RR, ReconstructionPolicy.of(Mode.ADOPT));

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldRefuseRatherThanHangAtAnOldSocket(Ends ends) {
            Peer old = answerWithHole(bed, ends, bed.up(segment(ends)).packet().to());
            assertAt(old, ends, bed.up(segment(ends)));
            Sent asked = bed.up(segment(ends));
            for (int n = 0; n < 2; n++) {
                asked = bed.down(ends.down(asked.packet().to(), RST, A, 0).build());
            }
            assertReset(ends, A, asked);
        }
    }

    /** The server spoke before its client. */
    @Nested
    class Learned {
        @RegisterExtension
        final ReconstructionBed bed = ReconstructionBed.of(SchedulerKind.RR, ReconstructionPolicy.of(Mode.FULL));

        private Peer learned(Ends ends, int ack) {
            Peer server = ends.servers().get(1);
            bed.engine.pass(
                    BACK, ends.down(server, ACK | PSH, A, ack).payload(9).build());
            assertEquals(1, bed.count(Counter.RECONSTRUCTED_LEARN));
            return server;
        }

        private void assertGoesToServerAndClient(Ends ends, Peer server) {
            var sent = bed.engine.pass(FRONT, segment(ends));
            assertEquals(2, sent.size());
            sent.stream().filter(s -> s.port() == BACK).forEach(s -> assertAt(server, ends, s));
            sent.stream().filter(s -> s.port() == FRONT).forEach(s -> assertAtClient(ends, s));
            assertEquals(2, sent.stream().map(Sent::port).distinct().count());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldNotBelieveAnOldSocketThatSpeaks(Ends ends) {
            Peer old = learned(ends, HOLE);
            assertGoesToServerAndClient(ends, old);
            assertEquals(UNSURE, bed.condition());
            assertAt(old, ends, bed.up(segment(ends)));
            assertNotEquals(old, bed.up(segment(ends)).packet().to());
            bed.after(25);
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldBelieveAServerThatReceivesWhatItMissed(Ends ends) {
            Peer owner = learned(ends, HOLE);
            assertGoesToServerAndClient(ends, owner);
            assertAt(owner, ends, bed.up(ends.up(ACK, HOLE, A).payload(1000).build()));
            assertAtClient(ends, bed.down(ends.down(owner, ACK, A, SEEN).build()));
            assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
            assertEquals(0, bed.count(Counter.RECONSTRUCTED_PROBE), "it has been counted as learned");
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldBelieveAServerThatMissesNothing(Ends ends) {
            Peer owner = learned(ends, SEEN);
            assertGoesToServerAndClient(ends, owner);
            assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
        }
    }

    /** The scheduler says whose the flow is. */
    @Nested
    class Derived {
        @RegisterExtension
        final ReconstructionBed bed = ReconstructionBed.of(SchedulerKind.MH, ReconstructionPolicy.of(Mode.FULL));

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldAskTheOthersWhenTheClientRepeatsItselfToASilentServer(Ends ends) {
            Peer dead = bed.up(segment(ends)).packet().to();
            assertEquals(1, bed.count(Counter.RECONSTRUCTED_DERIVE));
            // what is new goes on to it
            int end = SEEN + Ends.REQUEST.length;
            assertAt(dead, ends, bed.up(ends.up(ACK, end, A).payload(10).build()));
            Sent asked = bed.up(segment(ends));
            assertNotEquals(dead, asked.packet().to());
            assertAtClient(
                    ends, bed.down(ends.down(asked.packet().to(), ACK, A, end).build()));
            assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldReplayWhenTheServerIsDead(Ends ends) {
            Peer dead = bed.up(segment(ends)).packet().to();
            Sent asked = bed.up(segment(ends));
            for (int n = 0; n < 2; n++) {
                asked = bed.down(ends.down(asked.packet().to(), RST, A, 0).build());
            }
            assertEquals(dead, asked.packet().to(), "it is asked again");
            asked = bed.after(61).getFirst();
            assertEquals(SYN, asked.packet().flags());
            assertNotEquals(dead, asked.packet().to());
            bed.engine.pass(FRONT, ends.up(RST, SEEN, 0).build());
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldGoOnAtTheServerWhoseAnswerWasLost(Ends ends) {
            Peer owner = bed.up(segment(ends)).packet().to(); // its answer goes to the node before
            Sent asked = bed.up(segment(ends));
            for (int n = 0; n < 2; n++) {
                asked = bed.down(ends.down(asked.packet().to(), RST, A, 0).build());
            }
            assertAt(owner, ends, asked);
            assertAtClient(
                    ends,
                    bed.down(ends.down(owner, ACK, A, asked.packet().seq()).build()));
            assertEquals(0, bed.count(Counter.RECONSTRUCTED_REPLAY));
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldDoubtAServerThatMissesSomething(Ends ends) {
            Peer old = answerWithHole(bed, ends, bed.up(segment(ends)).packet().to());
            assertAt(old, ends, bed.up(segment(ends)));
            assertNotEquals(old, bed.up(segment(ends)).packet().to());
            bed.after(25);
        }

        @ParameterizedTest
        @MethodSource(FAMILIES)
        void shouldBelieveItOnceItHasReceivedThat(Ends ends) {
            Peer owner =
                    answerWithHole(bed, ends, bed.up(segment(ends)).packet().to());
            assertAt(owner, ends, bed.up(ends.up(ACK, HOLE, A).payload(1000).build()));
            assertAtClient(ends, bed.down(ends.down(owner, ACK, A, SEEN).build()));
            assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
            assertEquals(0, bed.count(Counter.RECONSTRUCTED_PROBE), "it has been counted as derived");
        }
    }
}
