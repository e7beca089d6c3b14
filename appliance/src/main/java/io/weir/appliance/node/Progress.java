package io.weir.appliance.node;

import io.weir.engine.worker.Pulse;
import io.weir.engine.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Whether the workers turn their cranks, by a {@link Pulse} each: sent by the control thread, looked at by any. A control
 * thread that has stopped shows as workers without progress, too.
 */
final class Progress {
    /** Without a beat for so long, something is wrong: a walk over a large table takes tenths of a second. */
    static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(3);

    private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final List<Worker> workers;
    private final List<Pulse> pulses = new ArrayList<>();
    private final long[] sent;

    /** By worker, the time of the last beat; written by the control thread. */
    private final AtomicLongArray seenNs;

    private long askedNs;

    Progress(List<Worker> workers, long nowNs) {
        this.workers = workers;
        this.sent = new long[workers.size()];
        this.seenNs = new AtomicLongArray(workers.size());
        for (int worker = 0; worker < workers.size(); worker++) {
            pulses.add(new Pulse());
            seenNs.set(worker, nowNs);
        }
        this.askedNs = nowNs - PERIOD_NS;
    }

    /** Control thread: takes note of who has beaten, and asks again. */
    void ask(long nowNs) {
        if (nowNs - askedNs < PERIOD_NS) {
            return;
        }
        askedNs = nowNs;
        for (int worker = 0; worker < workers.size(); worker++) {
            if (pulses.get(worker).beats() == sent[worker]) {
                seenNs.setRelease(worker, nowNs);
                sent[worker] += workers.get(worker).offer(pulses.get(worker)) ? 1 : 0;
            }
        }
    }

    /** Any thread: the worker that stands still, in a sentence; empty when all go. */
    Optional<String> obstacle(long nowNs) {
        for (int worker = 0; worker < workers.size(); worker++) {
            long pause = nowNs - seenNs.getAcquire(worker);
            if (pause > LONGEST_PAUSE_NS) {
                return Optional.of("worker %d has made no progress for %d ms"
                        .formatted(worker, TimeUnit.NANOSECONDS.toMillis(pause)));
            }
        }
        return Optional.empty();
    }
}
