package io.weir.perf.pipeline;

import io.weir.engine.counters.Counter;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.port.KernelPort;
import io.weir.engine.worker.InMemoryNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Several workers of one in-memory node, each on a core of its own, with a share of the frames arriving at a worker that
 * does not own their flow.
 *
 * @param flows of each worker
 * @param rounds how often is measured, short enough that most of them are not interrupted
 * @param warm before
 */
public record ScalingBench(int flows, int rounds, Duration warm) {
    private static final int LEAD = 2; // bursts; hand-off rings hold 16
    private static final int BURSTS_A_ROUND = 50;

    /**
     * What came out.
     *
     * @param nanosPerPacket of one worker, the median over rounds
     * @param packetsPerSecond of all workers, the median over rounds
     */
    public record Result(double nanosPerPacket, double packetsPerSecond) {}

    /**
     * Runs all workers, each on a thread.
     *
     * @param cores where, one each
     * @param share percent of the frames that must be handed off; 0 with one worker
     * @throws IllegalStateException when a single frame was lost
     */
    public Result run(List<Integer> cores, int share) {
        return measure(cores.size(), cores, share);
    }

    /**
     * Runs the first worker of many and leaves the others idle: what it costs to look into so many rings.
     *
     * @param workers of the node
     * @param core where
     */
    public Result runOneOf(int workers, int core) {
        return measure(workers, List.of(core), 0);
    }

    private Result measure(int workers, List<Integer> cores, int share) {
        Farm farm = Farm.of(false);
        int all = flows * workers;
        try (InMemoryNode node = new InMemoryNode(
                workers,
                Math.max(1024, flows * 2),
                64,
                List.of(farm.spec()),
                ForwardSettings.defaults(),
                KernelPort.NONE,
                1500,
                SystemNanoClock.INSTANCE)) {
            FlowPopulation population = new FlowPopulation(node, workers, farm, all);
            int[][] flowsOf = IntStream.range(0, workers)
                    .mapToObj(w -> IntStream.range(0, all)
                            .filter(flow -> population.owner(flow) == w)
                            .toArray())
                    .toArray(int[][]::new);
            for (int w = 0; w < cores.size(); w++) {
                population.open(w, flowsOf[w]);
            }
            long before = forwarded(node, workers);
            List<ScaledWorker> running = run(node, population, flowsOf, cores, share);
            long injected = running.stream().mapToLong(ScaledWorker::injected).sum();
            long forwarded = forwarded(node, workers) - before;
            if (injected != forwarded) {
                throw new IllegalStateException("%d workers, %d %% handed off: %d of %d packets were forwarded"
                        .formatted(workers, share, forwarded, injected));
            }
            return result(running);
        }
    }

    private List<ScaledWorker> run(
            InMemoryNode node, FlowPopulation population, int[][] flowsOf, List<Integer> cores, int share) {
        Lockstep lockstep = new Lockstep(cores.size(), LEAD);
        long warmUntil = System.nanoTime() + warm.toNanos();
        List<ScaledWorker> workers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < cores.size(); w++) {
            ScaledWorker worker = new ScaledWorker(
                    node, population, flowsOf, w, cores.get(w), share, lockstep, warmUntil, rounds, BURSTS_A_ROUND);
            workers.add(worker);
            threads.add(Thread.ofPlatform().daemon().name("worker-" + w).start(worker));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                lockstep.abandon();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        return workers;
    }

    private Result result(List<ScaledWorker> workers) {
        double[] sums = IntStream.range(0, rounds)
                .mapToDouble(round ->
                        workers.stream().mapToDouble(w -> w.rate(round)).sum())
                .toArray();
        Arrays.sort(sums);
        double perNano = sums[sums.length / 2];
        return new Result(workers.size() / perNano, perNano * 1e9);
    }

    private static long forwarded(InMemoryNode node, int workers) {
        long sum = 0;
        for (int w = 0; w < workers; w++) {
            sum += node.counters(w).get(Counter.FORWARDED_TO_SERVER)
                    + node.counters(w).get(Counter.FORWARDED_TO_CLIENT);
        }
        return sum;
    }
}
