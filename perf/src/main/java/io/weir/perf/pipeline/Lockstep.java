package io.weir.perf.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keeps threads within a few steps of each other, so that none floods another that the kernel has put aside. Each thread
 * writes its own word; all read all.
 */
final class Lockstep {
    private static final int PAD = 16; // longs from one thread's word to the next: two cache lines
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    private final AtomicLongArray steps;
    private final int threads;
    private final int lead;
    private volatile boolean abandoned;

    /**
     * @param threads how many
     * @param lead steps that one may be ahead of another
     */
    Lockstep(int threads, int lead) {
        this.steps = new AtomicLongArray(threads * PAD + PAD);
        this.threads = threads;
        this.lead = lead;
    }

    /** A thread has made a step: waits until the slowest is near enough, doing something meanwhile. */
    void step(int thread, Runnable meanwhile) {
        long own = steps.get(thread * PAD) + 1;
        steps.setRelease(thread * PAD, own); // pairs with the getAcquire of the others
        long begin = System.nanoTime();
        while (slowest() < own - lead) {
            meanwhile.run();
            Thread.yield();
            if (abandoned || System.nanoTime() - begin > LIMIT_NS) {
                abandoned = true;
                throw new IllegalStateException("a worker's thread does not get on");
            }
        }
    }

    /** A thread makes no more steps: nobody waits for it. */
    void finish(int thread) {
        steps.setRelease(thread * PAD, Long.MAX_VALUE);
    }

    /** Whether all have finished. */
    boolean isFinished() {
        return slowest() == Long.MAX_VALUE;
    }

    /** Something went wrong: nobody waits any longer. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    private long slowest() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < threads; i++) {
            least = Math.min(least, steps.getAcquire(i * PAD));
        }
        return least;
    }
}
