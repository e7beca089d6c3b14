package io.weir.appliance.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.appliance.OwnProgram;
import io.weir.appliance.bed.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The program of the classes under test as a process in a namespace: what it prints, line by line, and how it ends. */
final class WeirProcess implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(40);

    private final Process process;
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private int seen;
    private boolean ended;

    private WeirProcess(Process process) {
        this.process = process;
        readers.add(Thread.ofPlatform().daemon().start(() -> read(process.inputReader(UTF_8), out)));
        readers.add(Thread.ofPlatform().daemon().start(() -> read(process.errorReader(UTF_8), err)));
    }

    /** Starts {@code weir ARGUMENTS…}. */
    static WeirProcess start(Namespace namespace, String... arguments) {
        return start(namespace, List.of(), arguments);
    }

    /** Starts it behind another command, as {@code setpriv … weir ARGUMENTS…}. */
    static WeirProcess start(Namespace namespace, List<String> before, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(command(arguments));
        return new WeirProcess(namespace.start(new ProcessBuilder(command)));
    }

    /** Runs a command to its end. */
    static WeirProcess run(Namespace namespace, String... arguments) {
        WeirProcess weir = start(namespace, arguments);
        weir.exitCode();
        return weir;
    }

    /** The words of {@code weir ARGUMENTS…}. */
    static List<String> command(String... arguments) {
        return OwnProgram.command(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Xmx256m",
                        "-ea",
                        "-Dweir.mem.check=true",
                        OwnProgram.READY_SOON),
                List.of(arguments));
    }

    private void read(BufferedReader reader, List<String> lines) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(lines, line);
            }
        } catch (IOException e) {
            add(lines, e.toString());
        } finally {
            synchronized (this) {
                ended = readers.stream().noneMatch(t -> t != Thread.currentThread() && t.isAlive());
                notifyAll();
            }
        }
    }

    private synchronized void add(List<String> lines, String line) {
        lines.add(line);
        notifyAll();
    }

    /** Waits until it says that packets flow. */
    WeirProcess awaitReady() {
        await(out, 0, line -> line.startsWith("weir: ready "));
        return this;
    }

    /** Waits for a line on standard error that it has not waited past yet. */
    synchronized String awaitError(String part) {
        int at = await(err, seen, line -> line.contains(part));
        seen = at + 1;
        return err.get(at);
    }

    private synchronized int await(List<String> lines, int from, Predicate<String> wanted) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (true) {
            for (int i = from; i < lines.size(); i++) {
                if (wanted.test(lines.get(i))) {
                    return i;
                }
            }
            long left = deadline - System.nanoTime();
            if (left <= 0 || ended) {
                throw new AssertionError((ended ? "it ended" : "it said nothing of the kind") + "; it said:\n" + log());
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** Sends a signal. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for its end. */
    int exitCode() {
        try {
            if (!process.waitFor(PATIENCE_NS, TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end; it said:\n" + log());
            }
            for (Thread reader : readers) {
                reader.join(PATIENCE_NS / 1_000_000);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Asks it to end, and waits. */
    int terminate() {
        process.destroy();
        return exitCode();
    }

    /** Ends it without asking. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    synchronized String out() {
        return String.join("\n", out);
    }

    synchronized List<String> errors() {
        return List.copyOf(err);
    }

    synchronized String log() {
        return String.join("\n", out) + "\n--\n" + String.join("\n", err);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
            exitCode();
        }
    }
}
