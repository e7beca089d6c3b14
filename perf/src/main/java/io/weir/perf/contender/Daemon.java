package io.weir.perf.contender;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server program of somebody else's in a namespace, pinned to a core, until it is closed. */
public final class Daemon implements AutoCloseable {
    private static final long READY_NS = 10_000_000_000L;
    private static final long STOP_SECONDS = 5;
    private static final int CONNECT_MS = 500;

    private final Process process;
    private final Path log;
    private final WorkDirectory directory;

    private Daemon(Process process, Path log, WorkDirectory directory) {
        this.process = process;
        this.log = log;
        this.directory = directory;
    }

    /**
     * Starts one.
     *
     * @param namespace where
     * @param core that it is pinned to
     * @param command what; a single process that stays in the foreground
     * @param directory of its files, which is deleted when it is closed
     */
    public static Daemon start(Namespace namespace, int core, List<String> command, WorkDirectory directory) {
        List<String> words = new ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
        words.addAll(command);
        Path log = directory.resolve("log");
        Process process = namespace.start(
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()));
        return new Daemon(process, log, directory);
    }

    /**
     * Waits until it answers at a port.
     *
     * @param from the namespace that asks
     * @throws IllegalStateException with what it said, when it does not
     */
    public Daemon awaitPort(Namespace from, InetSocketAddress address) {
        long deadline = System.nanoTime() + READY_NS;
        while (!answers(from, address)) {
            if (!process.isAlive() || System.nanoTime() - deadline >= 0) {
                String said = said();
                close();
                throw new IllegalStateException("no answer from %s; it said:%n%s".formatted(address, said));
            }
            LockSupport.parkNanos(20_000_000);
        }
        return this;
    }

    private static boolean answers(Namespace from, InetSocketAddress address) {
        return from.call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(address, CONNECT_MS);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        directory.close();
    }
}
