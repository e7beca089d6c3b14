package io.weir.appliance.node;

import io.weir.appliance.admin.Unavailable;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/** What other threads ask the control thread to do, in the order in which they asked. */
final class ControlRequests {
    private static final int WAITING = 64;

    private final ManyToOneConcurrentArrayQueue<Runnable> queue = new ManyToOneConcurrentArrayQueue<>(WAITING);

    /**
     * Any thread: has something done on the control thread.
     *
     * @return completes there with the result, or what was thrown; at once with {@link Unavailable} when too much waits
     */
    <T> CompletionStage<T> submit(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        boolean taken = queue.offer(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        if (!taken) {
            result.completeExceptionally(new Unavailable("too many requests wait for the control thread"));
        }
        return result;
    }

    /** Control thread: does what has been asked by now. */
    int run() {
        return queue.drain(Runnable::run);
    }
}
