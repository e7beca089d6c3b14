package io.weir.bindings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A thread in a network namespace of its own. The namespace has no name and no file: it goes when the thread and the
 * sockets made there go, whatever happens to the test.
 */
public final class NamespaceThread implements AutoCloseable {
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("namespace").daemon().factory());
    private final Path file;

    /** Makes the namespace; its loopback device is up. */
    public NamespaceThread() {
        Requires.root();
        Requires.tool("ip");
        file = call(() -> {
            NetworkNamespace.enterNew();
            return Path.of("/proc")
                    .resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")))
                    .resolve("ns/net");
        });
        run("ip", "link", "set", "lo", "up");
    }

    /** What {@code ip link set DEV netns} takes. */
    public String file() {
        return file.toString();
    }

    /** Does something in the namespace. */
    public <T> T call(Callable<T> action) {
        try {
            return executor.submit(action).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs a program in the namespace, and returns what it printed. */
    public String run(String... command) {
        return call(() -> execute(command));
    }

    /** As {@link #run} for a line whose words have no spaces in them. */
    public String sh(String line) {
        return run(line.split(" "));
    }

    private static String execute(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " hangs");
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    @Override
    public void close() {
        executor.close();
    }
}
