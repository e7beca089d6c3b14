package io.weir.perf.pipeline;

import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.worker.InMemoryNode;
import io.weir.engine.worker.Pipeline;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Where the time of an established packet goes: nanoseconds a packet in each stage of the pipeline, the median over
 * bursts, less what reading the clock costs. A burst comes from one side, client or server, in turn.
 */
final class StageBench {
    private static final int BURST = 64;
    private static final int WARM = 20_000;
    private static final int BURSTS = 20_000;

    private StageBench() {}

    static double[] run(InMemoryNode node, FlowPopulation population) {
        WorkerPorts ports = new WorkerPorts(node, 0);
        Pipeline pipeline = node.worker(0).pipeline();
        FrameBatch batch = new FrameBatch(BURST);
        SplittableRandom random = new SplittableRandom(7);
        int stages = Pipeline.STAGES.size();
        long[][] taken = new long[stages][BURSTS];
        long[] nanos = new long[stages];
        for (int burst = -WARM; burst < BURSTS; burst++) {
            fill(node, population, random, (burst & 1) == 0, batch);
            pipeline.processTimed(batch, nanos);
            node.worker(0).doWork();
            ports.drain();
            if (burst >= 0) {
                for (int s = 0; s < stages; s++) {
                    taken[s][burst] = nanos[s];
                }
            }
        }
        double clock = clockCost();
        double[] perPacket = new double[stages];
        for (int s = 0; s < stages; s++) {
            Arrays.sort(taken[s]);
            perPacket[s] = Math.max(0, taken[s][BURSTS / 2] - clock) / BURST;
        }
        return perPacket;
    }

    private static void fill(
            InMemoryNode node, FlowPopulation population, SplittableRandom random, boolean client, FrameBatch batch) {
        MemoryPort port = node.port(0, client ? InMemoryNode.FRONT : InMemoryNode.BACK);
        for (int i = 0; i < BURST; i++) {
            long frame = node.store().pool(0).allocate();
            int flow = random.nextInt(population.size());
            int length = client
                    ? population.fromClient(frame, flow, Transport.ACK)
                    : population.fromServer(frame, flow, Transport.ACK);
            port.inject(frame, length, 0);
        }
        port.publish();
        port.receive(batch);
    }

    private static double clockCost() {
        int reads = 100_000;
        long begin = System.nanoTime();
        for (int i = 1; i < reads; i++) {
            System.nanoTime();
        }
        return (double) (System.nanoTime() - begin) / reads;
    }
}
