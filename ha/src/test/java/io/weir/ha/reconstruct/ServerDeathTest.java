package io.weir.ha.reconstruct;

import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAt;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAtClient;
import static io.weir.ha.reconstruct.ReconstructionBed.assertReset;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ReconstructionPolicy.OnServerDeath;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.scheduler.SchedulerKind;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that falls silent under a node that has known the flow all the time. */
class ServerDeathTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";

    @RegisterExtension
    final ReconstructionBed bed = ReconstructionBed.of(
            SchedulerKind.RR, ReconstructionPolicy.of(Mode.FULL).withOnServerDeath(OnServerDeath.RESET));

    private Peer open(Ends ends) {
        Peer server = bed.up(ends.up(SYN, 999, 0).build()).packet().to();
        assertAtClient(ends, bed.down(ends.down(server, SYN | ACK, 1999, 1000).build()));
        bed.up(ends.up(ACK, 1000, 2000).build());
        return server;
    }

    private Sent again(Ends ends, long pauseMs) {
        bed.engine.skip(pauseMs);
        return bed.up(ends.request(1000, 2000));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldResetTheClientWhenASegmentHasComeThreeTimes(Ends ends) {
        Peer server = open(ends);
        assertAt(server, ends, again(ends, 500));
        assertAt(server, ends, again(ends, 500));
        assertReset(ends, 2000, again(ends, 500));
        assertEquals(1, bed.count(Counter.SERVER_DEATHS));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldBlameNoServerWhileTheNodeLosesFramesItself(Ends ends) {
        Peer server = open(ends);
        for (int i = 0; i < 6; i++) {
            bed.engine.node().counters(0).set(Counter.DROP_RX_RING, i + 1L);
            assertAt(server, ends, again(ends, 500));
        }
        assertEquals(0, bed.count(Counter.SERVER_DEATHS));
        assertAt(server, ends, again(ends, 3_000)); // there may have been an answer
        assertReset(ends, 2000, again(ends, 6_000));
        assertEquals(1, bed.count(Counter.SERVER_DEATHS));
    }
}
