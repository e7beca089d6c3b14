package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAt;
import static io.weir.ha.reconstruct.ReconstructionBed.assertReset;

import io.weir.engine.counters.Counter;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.Peer;
import io.weir.scheduler.SchedulerKind;
import java.util.Arrays;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node that has just started: its health checks have not said yet that any server is up. */
class UncheckedServersTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";

    @RegisterExtension
    final ReconstructionBed full = new ReconstructionBed(ReconstructionSettings.defaults(), unchecked(Mode.FULL));

    @RegisterExtension
    final ReconstructionBed replay = new ReconstructionBed(ReconstructionSettings.defaults(), unchecked(Mode.REPLAY));

    private static ServiceSpec[] unchecked(Mode mode) {
        return Arrays.stream(Ends.services(SchedulerKind.RR, ReconstructionPolicy.of(mode)))
                .map(s -> new ServiceSpec(
                                s.name(),
                                s.address(),
                                s.port(),
                                s.protocol(),
                                s.scheduler(),
                                s.flags(),
                                s.tableSize(),
                                s.servers().stream()
                                        .map(server -> server.withUp(false))
                                        .toList())
                        .with(s.reconstruction()))
                .toArray(ServiceSpec[]::new);
    }

    private static void apply(ReconstructionBed bed, ServiceSpec... services) {
        bed.engine.node().registry().apply(Arrays.asList(services), bed.count(Counter.GENERATION));
        bed.engine.node().republish();
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldLetTheClientTryAgainUntilServersHaveBeenChecked(Ends ends) {
        full.engine.none(FRONT, Counter.DROP_NO_SERVER, ends.request(1000, 2000));
        replay.engine.none(FRONT, Counter.DROP_NO_SERVER, ends.request(1000, 2000));
        replay.engine.none(
                FRONT, Counter.DROP_NO_SERVER, ends.up(ACK, 1000, 2000).build());
        ServiceSpec[] checked = Ends.services(SchedulerKind.RR, ReconstructionPolicy.of(Mode.ADOPT));
        apply(full, checked);
        Peer asked = full.up(ends.request(1000, 2000)).packet().to();
        full.after(21);
        assertAt(asked, ends, full.up(ends.up(ACK, 1037, 2000).build()));
        // from then on a service without servers is one that has lost them
        apply(full, unchecked(Mode.ADOPT));
        Ends other = ends.clientPort(4000);
        assertReset(other, 2000, full.up(other.request(1000, 2000)));
    }
}
