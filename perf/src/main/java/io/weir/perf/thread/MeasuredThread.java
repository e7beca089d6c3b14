package io.weir.perf.thread;

import com.sun.management.ThreadMXBean;
import io.weir.bindings.CpuAffinity;
import io.weir.bindings.NetworkNamespace;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A platform thread, pinned and in a namespace where wanted, that knows what it has used and why it failed. */
public final class MeasuredThread {
    /** For a thread that may run on any core. */
    public static final int ANY_CORE = -1;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Thread thread;
    private final int core;
    private volatile long startedNs;
    private volatile long startCpuNs;
    private volatile long startAllocated;
    private volatile ThreadUsage last;
    private volatile Throwable failure;

    /**
     * @param name role and number
     * @param namespace the file of a network namespace to enter, or null
     * @param core to be pinned to, or {@link #ANY_CORE}
     * @param body what it does
     */
    public MeasuredThread(String name, Path namespace, int core, Runnable body) {
        this.core = core;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(namespace, body));
    }

    private void run(Path namespace, Runnable body) {
        try {
            if (namespace != null) {
                NetworkNamespace.enter(namespace);
            }
            if (core != ANY_CORE) {
                CpuAffinity.pin(core);
            }
            CpuAffinity.setTimerSlack(1);
            startAllocated = THREADS.getCurrentThreadAllocatedBytes();
            startCpuNs = THREADS.getCurrentThreadCpuTime();
            startedNs = System.nanoTime();
            body.run();
        } catch (Throwable e) {
            failure = e;
        } finally {
            last = measure(THREADS.getCurrentThreadCpuTime(), THREADS.getCurrentThreadAllocatedBytes());
        }
    }

    /** Starts it. */
    public MeasuredThread start() {
        thread.start();
        return this;
    }

    /** Why it ended, or null. */
    public Throwable failure() {
        return failure;
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    /**
     * Waits for its end.
     *
     * @return whether it ended in time
     */
    public boolean join(long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    /** Waits for its end, and throws what ended it. */
    public void finish(long millis) {
        if (!join(millis)) {
            throw new IllegalStateException("thread %s did not end within %d ms".formatted(thread.getName(), millis));
        }
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    /** What it has used so far, or until its end. */
    public ThreadUsage usage() {
        ThreadUsage ended = last;
        if (ended != null) {
            return ended;
        }
        return measure(THREADS.getThreadCpuTime(thread.threadId()), THREADS.getThreadAllocatedBytes(thread.threadId()));
    }

    private ThreadUsage measure(long cpuNs, long allocated) {
        boolean begun = startedNs != 0;
        return new ThreadUsage(
                thread.getName(),
                core,
                begun ? Math.max(0, cpuNs - startCpuNs) : 0,
                begun ? System.nanoTime() - startedNs : 0,
                begun ? Math.max(0, allocated - startAllocated) : 0);
    }

    /** Milliseconds of a duration in nanoseconds, rounded up. */
    public static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
    }
}
