package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAt;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAtClient;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTimes;
import io.weir.engine.flow.TcpState;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.testing.Peer;
import io.weir.scheduler.SchedulerKind;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** First means: the scheduler tells. */
class DerivationTest {
    @RegisterExtension
    final ReconstructionBed bed = ReconstructionBed.of(SchedulerKind.MH, ReconstructionPolicy.of(Mode.FULL));

    /** Where a new connection of this client goes: what the node before this one did. */
    private Peer scheduled(Ends ends) {
        Ends before = ends.clientPort(1);
        return bed.up(before.up(SYN, 1, 0).build()).packet().to();
    }

    @ParameterizedTest
    @MethodSource("io.weir.ha.reconstruct.Ends#families")
    void shouldGoOnAtTheServerThatTheSchedulerAssigns(Ends ends) {
        Peer owner = scheduled(ends);
        assertAt(owner, ends, bed.up(ends.request(1000, 2000)));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_DERIVE));
        assertAtClient(ends, bed.down(ends.down(owner, ACK, 2000, 1037).build()));
        assertAt(owner, ends, bed.up(ends.up(ACK, 1037, 2000).build()));
        assertEquals(0, bed.count(Counter.PROBE_SENT));
    }

    @ParameterizedTest
    @MethodSource("io.weir.ha.reconstruct.Ends#families")
    void shouldLiveTenSecondsUntilBothEndsAreHeardAndThenAsLongAsAnyFlow(Ends ends) {
        bed.up(ends.request(1000, 2000));
        assertEquals(TcpState.ESTABLISHED.ordinal() | FlowRecord.UNCONFIRMED, bed.condition());
        bed.engine.skip(FlowTimes.UNCONFIRMED_MS - 2);
        Peer owner = bed.up(ends.request(1037, 2000)).packet().to();
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_DERIVE));
        bed.engine.skip(FlowTimes.UNCONFIRMED_MS);
        bed.up(ends.request(1000, 2000));
        assertEquals(2, bed.count(Counter.RECONSTRUCTED_DERIVE), "the record was over");
        bed.down(ends.down(owner, ACK, 2000, 1037).build());
        assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
        bed.engine.skip(bed.engine.timeoutMs(TcpState.ESTABLISHED) - 2);
        bed.up(ends.request(1037, 2000));
        assertEquals(2, bed.count(Counter.RECONSTRUCTED_DERIVE));
    }

    @ParameterizedTest
    @MethodSource("io.weir.ha.reconstruct.Ends#families")
    void shouldAskTheOthersWhenTheServerKnowsNothingOfTheFlow(Ends ends) {
        Peer wrong = bed.up(ends.request(1000, 2000)).packet().to();
        bed.engine.none(
                BACK, Counter.DROP_PROBE_RST, ends.down(wrong, RST, 2000, 0).build());
        Peer next = bed.up(ends.request(1000, 2000)).packet().to();
        assertNotEquals(wrong, next);
        assertAtClient(ends, bed.down(ends.down(next, ACK, 2000, 1037).build()));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_PROBE));
        assertAt(next, ends, bed.up(ends.request(1037, 2000)));
    }

    @ParameterizedTest
    @MethodSource("io.weir.ha.reconstruct.Ends#families")
    void shouldAskTheOthersWhenTheServerSpeaksOfAnotherConnection(Ends ends) {
        Peer wrong = bed.up(ends.request(1000, 2000)).packet().to();
        byte[] old = ends.down(wrong, ACK, 900_000_000, 800_000_000).build();
        bed.engine.none(BACK, Counter.DROP_PROBE_MISFIT, old);
        assertNotEquals(wrong, bed.up(ends.request(1000, 2000)).packet().to());
        // nothing that the wrong one says is heard any more
        bed.engine.none(
                BACK, Counter.DROP_STALE, ends.down(wrong, ACK, 900_000_000, 1).build());
        bed.after(21);
    }

    @ParameterizedTest
    @MethodSource("io.weir.ha.reconstruct.Ends#families")
    void shouldTellTheClientOfARealResetOnceItsServerIsKnown(Ends ends) {
        Peer owner = bed.up(ends.request(1000, 2000)).packet().to();
        bed.down(ends.down(owner, ACK, 2000, 1037).build());
        assertAtClient(ends, bed.down(ends.down(owner, RST | ACK, 2000, 1037).build()));
    }

    @ParameterizedTest
    @MethodSource("io.weir.ha.reconstruct.Ends#families")
    void shouldAskTheServerBeforeAndThenTheNewOneWhenThePoolHasChanged(Ends ends) {
        // some client moves to another server when one is gone for a moment: find it
        for (int port = 5000; ; port++) {
            Ends one = ends.clientPort(port);
            Peer before = bed.up(one.up(SYN, 1, 0).build()).packet().to();
            var service = Ends.services(SchedulerKind.MH, ReconstructionPolicy.of(Mode.FULL))[ends.family()];
            bed.setUp(service, before, false);
            Peer meanwhile = bed.up(one.clientPort(port + 10_000).up(SYN, 1, 0).build())
                    .packet()
                    .to();
            bed.setUp(service, before, true);
            Ends unknown = ends.clientPort(port + 20_000);
            List<Peer> asked = new java.util.ArrayList<>();
            asked.add(bed.up(unknown.request(1000, 2000)).packet().to());
            bed.engine
                    .pass(BACK, unknown.down(asked.getFirst(), RST, 2000, 0).build())
                    .forEach(sent -> asked.add(sent.packet().to()));
            assertEquals(List.of(meanwhile, before), asked);
            assertEquals(0, bed.count(Counter.RECONSTRUCTED_DERIVE));
            return;
        }
    }
}
