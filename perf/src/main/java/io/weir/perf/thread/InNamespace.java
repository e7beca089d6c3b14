package io.weir.perf.thread;

import java.nio.file.Path;
import java.util.function.Supplier;

/** Runs tasks in network namespaces. */
public final class InNamespace {
    private static final long LIMIT_MS = 60_000;

    private InNamespace() {}

    /** The file of a named namespace, as {@code ip netns} makes it; null for the caller's own. */
    public static Path file(String name) {
        return name == null ? null : Path.of("/run/netns", name);
    }

    /**
     * Runs a task on a thread that has entered a namespace, and waits for it.
     *
     * @param namespace its file, or null: the calling thread runs it
     */
    public static <T> T call(Path namespace, Supplier<T> task) {
        if (namespace == null) {
            return task.get();
        }
        Object[] result = new Object[1];
        MeasuredThread thread = new MeasuredThread(
                "in-" + namespace.getFileName(), namespace, MeasuredThread.ANY_CORE, () -> result[0] = task.get());
        thread.start().finish(LIMIT_MS);
        @SuppressWarnings("unchecked")
        T value = (T) result[0];
        return value;
    }
}
