package io.weir.perf.contender;

import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A Weir node with one spinning worker in a process of its own, that says it is ready.
 *
 * <p>Closing it ends it and deletes its files.
 */
public final class WeirNode implements AutoCloseable {
    /** Connections for which a node has room where that does not matter. */
    public static final String CAPACITY = "1m";

    private final NodeProcess process;
    private final WorkDirectory directory;
    private final long startedNs;
    private final long readyNs;
    private boolean closed;

    private WeirNode(NodeProcess process, WorkDirectory directory, long startedNs, long readyNs) {
        this.process = process;
        this.directory = directory;
        this.startedNs = startedNs;
        this.readyNs = readyNs;
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param site where
     * @param driver {@code af_xdp} or {@code af_packet}
     * @param capacity {@code connections.capacity}
     * @param command what starts a node with the properties in a file, given the directory of its files
     * @throws RuntimeException with what it said, when it does not start
     */
    public static WeirNode start(
            Site site, String driver, String capacity, Function<WorkDirectory, List<String>> command) {
        WorkDirectory directory = WorkDirectory.create("weir-node-");
        try {
            Path file = directory.write("node.properties", properties(site, driver, capacity, directory));
            List<String> words = new ArrayList<>(command.apply(directory));
            words.addAll(List.of("run", file.toString()));
            long started = System.nanoTime();
            NodeProcess process = NodeProcess.start(site.node(), words);
            return new WeirNode(process, directory, started, System.nanoTime());
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /**
     * The command that a person would start a node with, where this process was started by the launcher.
     *
     * @param javaOptions for the node's JVM
     */
    public static Optional<List<String>> launcher(List<String> javaOptions) {
        return Optional.ofNullable(System.getProperty("weir.home"))
                .map(home -> List.of(
                        "env",
                        "WEIR_JAVA_OPTS=" + String.join(" ", javaOptions),
                        Path.of(home, "weir").toString()));
    }

    private static String properties(Site site, String driver, String capacity, WorkDirectory directory) {
        return """
                node.name = %s
                workers.cores = %d
                workers.idle = busy-spin
                io.driver = %s
                io.interface.front = %s
                io.interface.back = %s
                connections.capacity = %s
                counters.file = %s
                """.formatted(
                                site.node().name(),
                                site.core(),
                                driver,
                                site.front(),
                                site.back(),
                                capacity,
                                directory.resolve("counters"))
                + site.service().properties();
    }

    /** Its counters file. */
    public Path counters() {
        return directory.resolve("counters");
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Bytes of its memory that are resident now: {@code VmRSS} of {@code /proc/PID/status}, proc(5).
     *
     * @throws UncheckedIOException when it has ended
     */
    public long residentBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", "" + pid(), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When its process was started, by {@link System#nanoTime}. */
    public long startedNs() {
        return startedNs;
    }

    /** When it said that it was ready. */
    public long readyNs() {
        return readyNs;
    }

    /** The last lines that it printed. */
    public String log() {
        return process.log();
    }

    /** Ends it; once is enough. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (directory) {
            if (process.isAlive()) {
                process.terminate();
            }
        }
    }
}
