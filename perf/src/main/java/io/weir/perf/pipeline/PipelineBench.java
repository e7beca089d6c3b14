package io.weir.perf.pipeline;

import io.weir.engine.counters.Counter;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.worker.InMemoryNode;
import io.weir.engine.worker.Worker;
import io.weir.perf.Allocation;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Measures established NAT traffic of both directions through one worker between memory ports.
 *
 * <p>Only the worker's duty cycle is timed: the frames of a burst are written before the clock starts, as a NIC would
 * have put them into the cache, and taken away after it stops. The flow of each frame is drawn uniformly at random, half
 * of the frames are a client's. The result is the median over rounds.
 */
public final class PipelineBench {
    private static final int BURST = 64;
    private static final int WARM_ROUNDS = 20;
    private static final int ROUNDS = 101;
    private static final int PACKETS_A_ROUND = 64_000;

    /** One case's outcome; {@code stages}: nanoseconds a packet by stage. */
    public record Result(
            String name,
            boolean ipv6,
            int flows,
            double nsPerPacket,
            double best,
            double worst,
            double allocPerPacket,
            double[] stages) {}

    private PipelineBench() {}

    /**
     * Runs one case.
     *
     * @param flows established flows
     * @param ipv6 IPv6 instead of IPv4
     * @throws IllegalStateException when a single packet was not forwarded
     */
    public static Result natEstablished(int flows, boolean ipv6) {
        Farm farm = Farm.of(ipv6);
        try (InMemoryNode node = InMemoryNode.of(Math.max(1024, flows), List.of(farm.spec()))) {
            FlowPopulation population = new FlowPopulation(node, 1, farm, flows);
            population.open();
            return measure(node, population, ipv6);
        }
    }

    private static Result measure(InMemoryNode node, FlowPopulation population, boolean ipv6) {
        SplittableRandom random = new SplittableRandom(42);
        double[] perPacket = new double[ROUNDS];
        for (int warm = 0; warm < WARM_ROUNDS; warm++) {
            round(node, population, random);
        }
        long before = forwarded(node);
        long allocated = 0;
        for (int r = 0; r < ROUNDS; r++) {
            long bytes = Allocation.ofThisThread();
            perPacket[r] = (double) round(node, population, random) / PACKETS_A_ROUND;
            allocated += Allocation.ofThisThread() - bytes;
        }
        long packets = (long) ROUNDS * PACKETS_A_ROUND;
        if (forwarded(node) - before != packets) {
            throw new IllegalStateException(
                    "%d of %d packets were forwarded".formatted(forwarded(node) - before, packets));
        }
        Arrays.sort(perPacket);
        return new Result(
                "nat-established",
                ipv6,
                population.size(),
                perPacket[ROUNDS / 2],
                perPacket[0],
                perPacket[ROUNDS - 1],
                (double) allocated / packets,
                StageBench.run(node, population));
    }

    private static long forwarded(InMemoryNode node) {
        return node.counters(0).get(Counter.FORWARDED_TO_SERVER)
                + node.counters(0).get(Counter.FORWARDED_TO_CLIENT);
    }

    /** Returns nanoseconds spent in the worker. */
    private static long round(InMemoryNode node, FlowPopulation population, SplittableRandom random) {
        Worker worker = node.worker(0);
        MemoryPort front = node.port(0, InMemoryNode.FRONT);
        MemoryPort back = node.port(0, InMemoryNode.BACK);
        long spent = 0;
        for (int sent = 0; sent < PACKETS_A_ROUND; sent += BURST) {
            for (int i = 0; i < BURST / 2; i++) {
                long frame = node.store().pool(0).allocate();
                front.inject(frame, population.fromClient(frame, random.nextInt(population.size()), Transport.ACK), 0);
                frame = node.store().pool(0).allocate();
                back.inject(frame, population.fromServer(frame, random.nextInt(population.size()), Transport.ACK), 0);
            }
            front.publish();
            back.publish();
            long begin = System.nanoTime();
            worker.doWork();
            spent += System.nanoTime() - begin;
            population.drain();
        }
        return spent;
    }
}
