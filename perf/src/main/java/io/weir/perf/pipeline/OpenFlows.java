package io.weir.perf.pipeline;

import java.util.SplittableRandom;

/** Packets of flows that are open, drawn uniformly at random, the same ones in each run. */
abstract class OpenFlows implements Workload {
    final WorkerPorts ports;
    final SplittableRandom random = new SplittableRandom(42);
    private final JumpingClock clock;

    OpenFlows(WorkerPorts ports, JumpingClock clock) {
        this.ports = ports;
        this.clock = clock;
    }

    @Override
    public final void conclude() {
        ports.drain();
    }

    /** What a worker does once a second is warmed up too. */
    @Override
    public final void roundOfWarmUp() {
        clock.advanceSeconds(1);
    }
}
