package io.weir.appliance.bed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Weir node as a process of its own in a namespace, from its start until packets flow, and to its end. */
public final class NodeProcess implements AutoCloseable {
    private static final String READY = "weir: ready";
    private static final int READY_SECONDS = 60;
    private static final Duration STOP = Duration.ofSeconds(15);
    private static final int KEPT_LINES = 60;

    private final Process process;
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final Deque<String> lines = new ArrayDeque<>();
    private final Thread reader;

    private NodeProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().name("node-output").start(this::read);
    }

    /**
     * Starts a node and waits until it says that it is ready.
     *
     * @param namespace where
     * @param command for example {@code weir run FILE.properties}
     * @throws IllegalStateException when it ends, or is not ready in time: with what it printed
     */
    public static NodeProcess start(Namespace namespace, List<String> command) {
        NodeProcess node = launch(namespace, command);
        node.awaitReady();
        return node;
    }

    /** Starts a node; {@link #awaitReady} waits until it is ready. */
    public static NodeProcess launch(Namespace namespace, List<String> command) {
        return new NodeProcess(namespace.start(new ProcessBuilder(command).redirectErrorStream(true)));
    }

    /**
     * Waits until it says that it is ready.
     *
     * @throws IllegalStateException when it ends, or is not ready in time: with what it printed
     */
    public void awaitReady() {
        try {
            ready.get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            kill();
            throw new IllegalStateException("not ready after %d s; it said:%n%s".formatted(READY_SECONDS, log()), e);
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    if (lines.size() > KEPT_LINES) {
                        lines.remove();
                    }
                }
                if (line.startsWith(READY)) {
                    ready.complete(line);
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(new UncheckedIOException(e));
        }
        ready.completeExceptionally(
                new IllegalStateException("the node ended before it was ready; it said:\n" + log()));
    }

    /** The line that said so. */
    public String readyLine() {
        return ready.join();
    }

    /** The last lines that it printed. */
    public String log() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Asks it to end (SIGTERM) and waits.
     *
     * @return its exit status
     * @throws IllegalStateException when it does not end in time; it is killed then
     */
    public int terminate() {
        return terminate(STOP);
    }

    /** The same with another time. */
    public int terminate(Duration patience) {
        process.toHandle().destroy(); // unlike Process.destroy it leaves the pipe open for what is said at the end
        return await(patience);
    }

    /** Ends it without asking (SIGKILL) and waits. */
    public void kill() {
        process.destroyForcibly();
        await(STOP);
    }

    /** Sends a signal, for example {@code STOP}. */
    public void signal(String name) {
        Program.run("kill", "-" + name, Long.toString(process.pid()));
    }

    private int await(Duration patience) {
        try {
            if (!process.waitFor(patience)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "no end after %d s; it said:%n%s".formatted(patience.toSeconds(), log()));
            }
            reader.join(STOP);
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        terminate();
    }
}
