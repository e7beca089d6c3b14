package io.weir.perf.pktgen;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ends a run properly when the process is asked to end: the outcome is printed, and what was attached is taken away. */
final class StopAtExit implements AutoCloseable {
    private static final long WAIT_MS = 5_000;

    private final Thread hook;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param stop ends the run soon
     */
    StopAtExit(Runnable stop) {
        hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        closed.await(WAIT_MS, TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop-at-exit");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending already
        }
    }
}
