package io.weir.perf.pipeline;

import io.weir.engine.packet.Transport;
import java.util.SplittableRandom;

/** Packets of flows that are open, drawn uniformly at random, half of them a client's. */
final class Established implements Workload {
    private final WorkerPorts ports;
    private final FlowPopulation population;
    private final JumpingClock clock;
    private final SplittableRandom random = new SplittableRandom(42);

    Established(WorkerPorts ports, FlowPopulation population, JumpingClock clock) {
        this.ports = ports;
        this.population = population;
        this.clock = clock;
    }

    @Override
    public void offer() {
        for (int i = 0; i < BURST / 2; i++) {
            long frame = ports.pool.allocate();
            int flow = random.nextInt(population.size());
            ports.front.inject(frame, population.fromClient(frame, flow, Transport.ACK), 0);
            frame = ports.pool.allocate();
            flow = random.nextInt(population.size());
            ports.back.inject(frame, population.fromServer(frame, flow, Transport.ACK), 0);
        }
        ports.publish();
    }

    @Override
    public void conclude() {
        ports.drain();
    }

    /** What a worker does once a second is warmed up too. */
    @Override
    public void roundOfWarmUp() {
        clock.advanceSeconds(1);
    }
}
