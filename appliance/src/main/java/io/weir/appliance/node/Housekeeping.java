package io.weir.appliance.node;

import io.weir.bindings.CpuAffinity;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.errors.DistinctErrorLog;

/**
 * What the threads that are no workers share: the processors that they may run on, and where their errors go.
 *
 * @param cores {@code control.cores}; empty: any
 * @param log the node's distinct errors
 * @param reports the operator's log
 */
record Housekeeping(List<Integer> cores, DistinctErrorLog log, Reports reports) {
    private static final int TOLD_ERRORS = 100;

    /** A thread for a task, not started. */
    Thread thread(Runnable task) {
        return new Thread(() -> {
            setAffinity();
            task.run();
        });
    }

    /** What each of them does first. */
    void setAffinity() {
        if (!cores.isEmpty()) {
            BitSet set = new BitSet();
            cores.forEach(set::set);
            CpuAffinity.set(set);
        }
    }

    /**
     * Into the error log like a worker's, and told to the operator once: these threads may write to the log.
     *
     * @param place where they happen
     */
    ErrorHandler errors(String place) {
        Set<String> told = new HashSet<>();
        return thrown -> {
            log.record(thrown);
            synchronized (told) {
                if (told.size() < TOLD_ERRORS && told.add(thrown.toString())) {
                    reports.error(place, thrown);
                }
            }
        };
    }
}
