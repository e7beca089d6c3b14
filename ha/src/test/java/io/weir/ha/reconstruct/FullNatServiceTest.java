package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAtClient;
import static io.weir.ha.reconstruct.ReconstructionBed.assertReset;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.scheduler.SchedulerKind;
import java.util.Arrays;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Under full NAT no server knows a client: unknown flows are replayed or refused. */
class FullNatServiceTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";

    @RegisterExtension
    final ReconstructionBed full = bed(Mode.FULL);

    @RegisterExtension
    final ReconstructionBed adopt = bed(Mode.ADOPT);

    private static ReconstructionBed bed(Mode mode) {
        ServiceSpec[] services = Arrays.stream(Ends.services(SchedulerKind.MH, ReconstructionPolicy.of(mode)))
                .map(service -> service.with(Forwarding.FULLNAT))
                .toArray(ServiceSpec[]::new);
        return new ReconstructionBed(ReconstructionSettings.defaults(), services);
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldReplayAtOnceWhenItMay(Ends ends) {
        Sent opening = full.up(ends.request(1000, 2000));
        assertEquals(BACK, opening.port());
        assertEquals(SYN, opening.packet().flags());
        assertEquals(999, opening.packet().seq());
        assertEquals(ends.local().address(), opening.packet().from().address());
        Peer server = opening.packet().to();
        Peer local = opening.packet().from();
        full.engine.pass(
                BACK,
                io.weir.engine.testing.FrameBuilder.tcp(server, local, SYN | ACK, 7000, 1000)
                        .atBack()
                        .build());
        assertEquals(1, full.count(Counter.RECONSTRUCTED_REPLAY));
        Sent reply = full.down(io.weir.engine.testing.FrameBuilder.tcp(server, local, ACK, 7001, 1037)
                .atBack()
                .build());
        assertAtClient(ends, reply);
        assertEquals(2000, reply.packet().seq());
        assertEquals(0, full.count(Counter.RECONSTRUCTED_DERIVE) + full.count(Counter.PROBE_SENT));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldRefuseWhatCannotBeReplayed(Ends ends) {
        assertReset(ends, 2000, full.up(ends.up(ACK, 1000, 2000).build()));
        assertReset(ends, 2000, adopt.up(ends.request(1000, 2000)));
    }
}
