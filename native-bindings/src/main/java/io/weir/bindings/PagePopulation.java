package io.weir.bindings;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Touches reserved {@link Pages} from the first byte to the last, a huge page at a time, in threads of its own, while the
 * rest of the start goes on. The owner closes it before the pages.
 */
public final class PagePopulation implements AutoCloseable {
    private final Pages pages;
    private final Consumer<RuntimeException> failed;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong populated = new AtomicLong();
    private final CountDownLatch running;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private PagePopulation(Pages pages, int threads, Consumer<RuntimeException> failed) {
        this.pages = pages;
        this.failed = failed;
        this.running = new CountDownLatch(threads);
    }

    /**
     * Begins.
     *
     * @param pages reserved
     * @param threads how many share the work
     * @param failed is told when there is not enough memory; on one of the threads
     */
    public static PagePopulation start(Pages pages, int threads, Consumer<RuntimeException> failed) {
        PagePopulation population = new PagePopulation(pages, threads, failed);
        for (int n = 0; n < threads; n++) {
            population.threads.add(
                    Thread.ofPlatform().daemon().name("weir-pages-" + n).start(population::run));
        }
        return population;
    }

    private void run() {
        try {
            long offset = next.getAndAdd(Pages.HUGE_PAGE);
            while (offset < pages.length() && !stopped) {
                pages.populate(offset, Pages.HUGE_PAGE);
                populated.addAndGet(Pages.HUGE_PAGE);
                offset = next.getAndAdd(Pages.HUGE_PAGE);
            }
        } catch (RuntimeException e) {
            stopped = true;
            failed.accept(e);
        } finally {
            running.countDown();
        }
    }

    /**
     * Waits for the end.
     *
     * @param nanos at most so long
     * @return whether all is touched
     */
    public boolean await(long nanos) throws InterruptedException {
        return running.await(nanos, TimeUnit.NANOSECONDS) && populated() == pages.length();
    }

    /** Bytes touched so far. */
    public long populated() {
        return populated.get();
    }

    /** Stops, and returns when no thread touches the pages any more. */
    @Override
    public void close() {
        stopped = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true; // the pages must not go before the threads
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
