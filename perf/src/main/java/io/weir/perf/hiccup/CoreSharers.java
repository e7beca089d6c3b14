package io.weir.perf.hiccup;

import io.weir.bindings.CpuAffinity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The threads of a process that may run on a worker's core besides the worker itself, and when they ran:
 * {@code /proc/PID/task}. For one thread.
 */
public final class CoreSharers implements AutoCloseable {
    private static final String WORKER = "weir-worker-";
    private static final String ALLOWED = "Cpus_allowed_list:";

    private final List<Sharer> sharers = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();

    /**
     * A stretch of time in which one of them ran, on whichever core.
     *
     * @param thread its name
     * @param fromNs last time that it was looked at
     * @param toNs this time
     * @param runNs processor time that it used in between
     */
    public record Turn(String thread, long fromNs, long toNs, long runNs) {}

    private static final class Sharer {
        final String name;
        final SchedStat stat;
        long seenNs;
        long runNs;

        Sharer(String name, SchedStat stat) {
            this.name = name;
            this.stat = stat;
        }
    }

    /**
     * Finds them.
     *
     * @param pid the process
     * @param core the worker's
     */
    public CoreSharers(long pid, int core) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", "" + pid, "task"))) {
            for (Path task : tasks.toList()) {
                String name = name(task);
                if (!name.isEmpty() && !name.startsWith(WORKER) && mayRun(task, core)) {
                    SchedStat stat =
                            new SchedStat(pid, Long.parseLong(task.getFileName().toString()));
                    sharers.add(new Sharer(name, stat));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("process " + pid + " has no threads any more", e);
        }
        look();
        turns.clear();
    }

    private static String name(Path task) throws IOException {
        return Files.exists(task) ? Files.readString(task.resolve("comm")).strip() : "";
    }

    private static boolean mayRun(Path task, int core) throws IOException {
        return Files.readAllLines(task.resolve("status")).stream()
                .filter(line -> line.startsWith(ALLOWED))
                .anyMatch(line -> CpuAffinity.parse(
                                line.substring(ALLOWED.length()).strip())
                        .get(core));
    }

    /** Their names. */
    public List<String> names() {
        return sharers.stream().map(sharer -> sharer.name).sorted().toList();
    }

    /** Notes who has run since the last time. */
    public void look() {
        long now = System.nanoTime();
        for (Sharer sharer : sharers) {
            if (sharer.stat.read() && sharer.stat.runNs() != sharer.runNs) {
                turns.add(new Turn(sharer.name, sharer.seenNs, now, sharer.stat.runNs() - sharer.runNs));
                sharer.runNs = sharer.stat.runNs();
            }
            sharer.seenNs = now;
        }
    }

    /** Who ran when. */
    public List<Turn> turns() {
        return List.copyOf(turns);
    }

    @Override
    public void close() {
        sharers.forEach(sharer -> sharer.stat.close());
    }
}
