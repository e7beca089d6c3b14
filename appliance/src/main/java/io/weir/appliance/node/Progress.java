package io.weir.appliance.node;

import io.weir.engine.worker.Mastership;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whether the control thread and the workers go on, by the times of their last cycles. */
final class Progress {
    /** Without a cycle for so long, something is wrong. */
    static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(3);

    private final Mastership workers;
    private final long startNs;

    /** Written by the control thread. */
    private volatile long controlNs;

    Progress(Mastership workers, long nowNs) {
        this.workers = workers;
        this.startNs = nowNs;
        this.controlNs = nowNs;
    }

    /** Control thread: it begins a cycle. */
    void beat(long nowNs) {
        controlNs = nowNs;
    }

    /** Any thread: who stands still, in a sentence; empty when all go. */
    Optional<String> obstacle(long nowNs) {
        if (nowNs - controlNs > LONGEST_PAUSE_NS) {
            return Optional.of(sentence("the control thread", nowNs - controlNs));
        }
        for (int worker = 0; worker < workers.workers(); worker++) {
            long beat = workers.heartbeatNs(worker);
            long pause = nowNs - (beat == 0 ? startNs : beat);
            if (pause > LONGEST_PAUSE_NS) {
                return Optional.of(sentence("worker " + worker, pause));
            }
        }
        return Optional.empty();
    }

    private static String sentence(String who, long pauseNs) {
        return "%s has made no progress for %d ms".formatted(who, TimeUnit.NANOSECONDS.toMillis(pauseNs));
    }
}
