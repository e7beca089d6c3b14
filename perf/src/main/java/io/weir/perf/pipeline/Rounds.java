package io.weir.perf.pipeline;

import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Parser;
import io.weir.engine.port.FrameBatch;
import io.weir.perf.Allocation;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Times a workload and, in turn, its floor: what it costs to receive the same frames, parse them and give them back.
 *
 * <p>Only the worker's duty cycle is timed, or what the floor does in its place: the frames of a burst are written before
 * the clock starts, as a NIC would have put them into the cache, and taken away after it stops.
 */
final class Rounds {
    private static final int FLOOR_PART = 4; // rounds of the floor are so much shorter
    private static final int QUIET = 5;

    /** How many times as many rounds are taken at most, to have enough undisturbed ones. */
    private static final int PATIENCE = 4;

    /** The part of the rounds that must be undisturbed for the others to be left out. */
    private static final int ENOUGH = 5;

    private final WorkerPorts ports;
    private final Workload workload;
    private final Effort effort;
    private final Disturbance disturbance;
    private final FrameBatch batch = new FrameBatch(Workload.BURST);
    private final Burst burst = new Burst(Workload.BURST);
    private long allocated;
    private long allocatedByFloor;

    /**
     * What came out, nanoseconds a packet, over rounds.
     *
     * @param median the middle
     * @param best the least
     * @param worst the most
     * @param floor the middle of the floor's
     * @param ratio the middle of each round over the floor's round beside it
     * @param undisturbed the part of the rounds that was ({@link Disturbance}): these alone count, if they are enough
     * @param allocated bytes a packet, of the worker alone
     * @param floorAllocated bytes a packet, of the floor
     */
    record Times(
            double median,
            double best,
            double worst,
            double floor,
            double ratio,
            double undisturbed,
            double allocated,
            double floorAllocated) {}

    Rounds(WorkerPorts ports, Workload workload, Effort effort, Disturbance disturbance) {
        this.ports = ports;
        this.workload = workload;
        this.effort = effort;
        this.disturbance = disturbance;
    }

    /**
     * Warms up until rounds allocate nothing, but not for ever, and measures.
     *
     * @throws IllegalStateException when a single packet was not forwarded
     */
    Times run() {
        int quiet = 0;
        for (int warm = 0; warm < effort.warmUp() || quiet < QUIET && warm < 10 * effort.warmUp(); warm++) {
            allocated = 0;
            allocatedByFloor = 0;
            round();
            floorRound();
            workload.roundOfWarmUp();
            quiet = allocated + allocatedByFloor == 0 ? quiet + 1 : 0;
        }
        int most = PATIENCE * effort.rounds();
        double[] perPacket = new double[most];
        double[] floor = new double[most + 1];
        long before = ports.forwarded();
        allocated = 0;
        allocatedByFloor = 0;
        floor[0] = floorRound();
        int taken = 0;
        while (taken < most && undisturbed(floor, taken) < effort.rounds()) {
            perPacket[taken++] = round();
            floor[taken] = floorRound();
        }
        long packets = (long) taken * effort.bursts() * Workload.BURST;
        long forwarded = ports.forwarded() - before;
        if (forwarded != packets) {
            throw new IllegalStateException("%d of %d packets were forwarded".formatted(forwarded, packets));
        }
        return times(
                Arrays.copyOf(perPacket, taken),
                Arrays.copyOf(floor, taken + 1),
                (double) allocated / packets,
                (double) allocatedByFloor / ((taken + 1L) * floorBursts() * Workload.BURST));
    }

    /** How many of the first rounds were. */
    private int undisturbed(double[] floor, int rounds) {
        int n = 0;
        for (int r = 0; r < rounds; r++) {
            n += disturbance.isAbsent(floor[r], floor[r + 1]) ? 1 : 0;
        }
        return n;
    }

    private Times times(double[] perPacket, double[] floor, double worker, double parser) {
        int good = undisturbed(floor, perPacket.length);
        boolean all = good * ENOUGH < effort.rounds();
        int[] counted = IntStream.range(0, perPacket.length)
                .filter(r -> all || disturbance.isAbsent(floor[r], floor[r + 1]))
                .toArray();
        double[] packet =
                Arrays.stream(counted).mapToDouble(r -> perPacket[r]).sorted().toArray();
        return new Times(
                packet[packet.length / 2],
                packet[0],
                packet[packet.length - 1],
                median(Arrays.stream(counted).mapToDouble(r -> floor[r]).toArray()),
                median(Arrays.stream(counted)
                        .mapToDouble(r -> perPacket[r] / floor[r])
                        .toArray()),
                (double) good / perPacket.length,
                worker,
                parser);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Returns nanoseconds a packet. */
    private double round() {
        long spent = 0;
        for (int n = effort.bursts(); n > 0; n--) {
            workload.offer();
            long bytes = Allocation.ofThisThread();
            long begin = System.nanoTime();
            ports.worker.doWork();
            spent += System.nanoTime() - begin;
            allocated += Allocation.ofThisThread() - bytes;
            workload.conclude();
        }
        return (double) spent / (effort.bursts() * Workload.BURST);
    }

    private double floorRound() {
        long spent = 0;
        for (int n = floorBursts(); n > 0; n--) {
            workload.offer();
            long bytes = Allocation.ofThisThread();
            long begin = System.nanoTime();
            parseOnly();
            spent += System.nanoTime() - begin;
            allocatedByFloor += Allocation.ofThisThread() - bytes;
        }
        double perPacket = (double) spent / (floorBursts() * Workload.BURST);
        disturbance.note(perPacket);
        return perPacket;
    }

    private int floorBursts() {
        return Math.max(1, effort.bursts() / FLOOR_PART);
    }

    private void parseOnly() {
        batch.clear();
        ports.front.receive(batch);
        ports.back.receive(batch);
        Parser.parse(batch, burst);
        for (int i = 0; i < batch.size; i++) {
            ports.pool.release(batch.address[i]);
        }
    }
}
