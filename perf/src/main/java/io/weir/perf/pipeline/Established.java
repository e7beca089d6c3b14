package io.weir.perf.pipeline;

import io.weir.engine.packet.Transport;

/** Packets of flows that are open, drawn uniformly at random, half of them a client's. */
final class Established extends OpenFlows {
    private final FlowPopulation population;

    Established(WorkerPorts ports, FlowPopulation population, JumpingClock clock) {
        super(ports, clock);
        this.population = population;
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
}
