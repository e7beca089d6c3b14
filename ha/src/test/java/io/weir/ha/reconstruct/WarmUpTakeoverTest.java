package io.weir.ha.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.NativeBlock;
import io.weir.engine.counters.Counter;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.service.NextHop;
import io.weir.engine.trace.FlowTrace;
import io.weir.engine.worker.IsolatedWorkers;
import io.weir.engine.worker.MemoryWire;
import io.weir.engine.worker.WarmUp;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node is warm for what comes after a takeover: every means of reconstruction has been used by a warm-up. */
class WarmUpTakeoverTest {
    private static final int EVENTS = 1024;

    /** Every kind of thing that is to happen. */
    private static final List<Counter> HAPPENS = List.of(
            Counter.RECONSTRUCTED_DERIVE,
            Counter.RECONSTRUCTED_LEARN,
            Counter.RECONSTRUCTED_PROBE,
            Counter.RECONSTRUCTED_REPLAY,
            Counter.RECONSTRUCTED_REFUSE,
            Counter.PROBE_SENT,
            Counter.PROBE_PROVISIONAL,
            Counter.DROP_PROBE_RST);

    /** What would mean that a frame is not what it was meant to be, or that there is not enough of something. */
    private static final List<Counter> DOES_NOT = List.of(
            Counter.DROP_BAD_HEADER,
            Counter.DROP_BAD_CHECKSUM,
            Counter.DROP_BAD_TCP,
            Counter.DROP_MARTIAN,
            Counter.DROP_NO_SERVER,
            Counter.DROP_NO_LOCAL_PORT,
            Counter.DROP_RECONSTRUCT_RATE,
            Counter.DROP_TUPLE_CONFLICT);

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldReconstructByAllMeans(int workers) {
        ReconstructionSettings defaults = ReconstructionSettings.defaults();
        ReconstructionSettings settings =
                new ReconstructionSettings(1_000_000, 1_000_000, defaults.probeTimeoutNs(), 256, defaults.frameSize());
        try (NativeBlock trace = new NativeBlock(EVENTS * FlowTrace.EVENT);
                MemoryWire wire = new MemoryWire(workers)) {
            Reconstruction reconstruction =
                    new Reconstruction(settings, workers, worker -> new FlowTrace(trace.address(), EVENTS));
            int[] answered = new int[1];
            Runnable control = () -> answered[0] += reconstruction.answer(clients -> clients.stream()
                    .collect(Collectors.toMap(
                            client -> client,
                            client -> NextHop.of(IsolatedWorkers.FRONT, IsolatedWorkers.CLIENT_MAC))));
            try (WarmUp warmUp = new WarmUp(wire, ForwardSettings.defaults(), 64, reconstruction, control)) {
                warmUp.turns(400);
                HAPPENS.forEach(counter -> assertTrue(warmUp.sum(counter) > 0, counter.toString()));
                DOES_NOT.forEach(counter -> assertEquals(0, warmUp.sum(counter), counter.toString()));
            }
            assertTrue(answered[0] > 0, "servers spoke first, and the way to their clients was asked for");
        }
    }
}
