package io.weir.perf.pipeline;

import io.weir.bindings.CpuAffinity;
import io.weir.engine.packet.Transport;
import io.weir.engine.worker.InMemoryNode;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;

/**
 * One worker on its thread, with its own generator: writes bursts of frames, of which a share belongs to other workers'
 * flows, and times the worker's duty cycle alone.
 */
final class ScaledWorker implements Runnable {
    private static final int BURST = 128;

    private final FlowPopulation population;
    private final int[][] flowsOf;
    private final int index;
    private final int core;
    private final int share;
    private final Lockstep lockstep;
    private final long warmUntil;
    private final int bursts;
    private final long[] nanos;
    private final long[] packets;
    private final WorkerPorts ports;
    private final SplittableRandom random;
    private long injected;
    private long busyNanos;
    private RuntimeException failure;

    /**
     * @param node the node
     * @param population its flows
     * @param flowsOf by worker: the flows that it owns
     * @param index of this worker
     * @param core to pin to, or -1
     * @param share percent of the frames that belong to others
     * @param lockstep with the other threads
     * @param warmUntil when to begin to measure
     * @param rounds how often to measure
     * @param bursts of a round
     */
    ScaledWorker(
            InMemoryNode node,
            FlowPopulation population,
            int[][] flowsOf,
            int index,
            int core,
            int share,
            Lockstep lockstep,
            long warmUntil,
            int rounds,
            int bursts) {
        this.population = population;
        this.flowsOf = flowsOf;
        this.index = index;
        this.core = core;
        this.share = share;
        this.lockstep = lockstep;
        this.warmUntil = warmUntil;
        this.bursts = bursts;
        this.nanos = new long[rounds];
        this.packets = new long[rounds];
        this.ports = new WorkerPorts(node, index);
        this.random = new SplittableRandom(index + 1);
    }

    @Override
    public void run() {
        try {
            if (core >= 0) {
                CpuAffinity.pin(core);
            }
            while (System.nanoTime() - warmUntil < 0) {
                burst();
            }
            for (int round = 0; round < nanos.length; round++) {
                long before = ports.forwarded();
                busyNanos = 0;
                for (int burst = 0; burst < bursts; burst++) {
                    burst();
                }
                nanos[round] = busyNanos;
                packets[round] = ports.forwarded() - before;
            }
        } catch (RuntimeException e) {
            failure = e;
            lockstep.abandon();
        }
        lockstep.finish(index);
        while (!lockstep.isFinished() && !lockstep.isAbandoned()) {
            turn(); // the others' last frames
        }
        for (int i = 0; i < BURST; i++) {
            turn();
        }
    }

    private void burst() {
        fill();
        VarHandle.fullFence(); // what the generator wrote has been written: the worker does not wait for it
        turn();
        lockstep.step(index, this::turn);
    }

    /** One duty cycle; its time counts if it found something to do. */
    private void turn() {
        long begin = System.nanoTime();
        int work = ports.worker.doWork();
        if (work > 0) {
            busyNanos += System.nanoTime() - begin;
        }
        ports.drain();
    }

    private void fill() {
        for (int i = 0; i < BURST; i++) {
            int owner = index;
            if (share > 0 && random.nextInt(100) < share) {
                owner = (index + 1 + random.nextInt(flowsOf.length - 1)) % flowsOf.length;
            }
            int flow = flowsOf[owner][random.nextInt(flowsOf[owner].length)];
            long frame = ports.pool.allocate();
            while (frame == 0) {
                turn(); // frames that were handed over come home
                frame = ports.pool.allocate();
            }
            if ((i & 1) == 0) {
                ports.front.inject(frame, population.fromClient(frame, flow, Transport.ACK), 0);
            } else {
                ports.back.inject(frame, population.fromServer(frame, flow, Transport.ACK), 0);
            }
        }
        injected += BURST;
        ports.publish();
    }

    /** After the end: frames that it put in. */
    long injected() {
        if (failure != null) {
            throw failure;
        }
        return injected;
    }

    /** After the end: packets a nanosecond in a round. */
    double rate(int round) {
        return (double) packets[round] / nanos[round];
    }
}
