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
     * Takes every thread that the process has so far and that nobody has bound, the JVM's own as well, off the workers'
     * cores, and so all that these will start: the compiler's and the collector's would take a worker's core from it for
     * milliseconds.
     *
     * @param workers the workers' cores; they stay allowed when there is no other
     * @return takes it back
     */
    AutoCloseable confine(List<Integer> workers) {
        BitSet before = CpuAffinity.get();
        BitSet after = new BitSet();
        if (cores.isEmpty()) {
            after.or(before);
            workers.forEach(after::clear);
        } else {
            cores.forEach(after::set);
        }
        if (after.isEmpty()) {
            return () -> {};
        }
        CpuAffinity.moveAll(before, after);
        return () -> CpuAffinity.moveAll(after, before);
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
