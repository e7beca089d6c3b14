package io.weir.perf.hiccup;

import com.sun.management.ThreadMXBean;
import io.weir.bindings.CpuAffinity;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A thread inside the node's JVM that looks every millisecond at how the worker is doing, and measures by how much it is
 * late itself: what stops the JVM stops it too. After it has found the worker it allocates nothing.
 */
final class Observer implements Runnable {
    private static final long PERIOD_NS = 1_000_000;
    private static final String WORKER = "weir-worker-0-";
    private static final Path TASKS = Path.of("/proc/self/task");

    private final Samples samples;
    private final int core;

    Observer(Samples samples, int core) {
        this.samples = samples;
        this.core = core;
    }

    @Override
    public void run() {
        CpuAffinity.pin(core);
        CpuAffinity.setTimerSlack(1);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long tid = awaitWorker();
        long id = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(WORKER))
                .findFirst()
                .orElseThrow()
                .threadId();
        try (SchedStat stat = new SchedStat(ProcessHandle.current().pid(), tid)) {
            long due = System.nanoTime();
            while (stat.read()) {
                long cpu = threads.getThreadCpuTime(id);
                long now = System.nanoTime();
                samples.add(now, cpu, stat.waitedNs(), stat.turns(), Math.max(0, now - due));
                due = now + PERIOD_NS;
                LockSupport.parkNanos(PERIOD_NS);
            }
        }
    }

    private static long awaitWorker() {
        while (true) {
            Optional<Path> task = worker();
            if (task.isPresent()) {
                return Long.parseLong(task.get().getFileName().toString());
            }
            LockSupport.parkNanos(10 * PERIOD_NS);
        }
    }

    private static Optional<Path> worker() {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            return tasks.filter(task -> name(task).startsWith(WORKER)).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
