package io.weir.perf.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs of wrk: one thread, pinned.
 *
 * @param namespace where
 * @param core that it is pinned to
 * @param connections at a time
 */
record Wrk(Namespace namespace, int core, int connections) {
    private static final int GRACE_SECONDS = 15;

    /**
     * Runs it.
     *
     * @param target address and port
     * @param close whether each request gets a connection of its own
     * @param seconds how long
     */
    WrkResult run(String target, boolean close, int seconds) {
        try (WorkDirectory directory = WorkDirectory.create("weir-wrk-")) {
            List<String> command = List.of(
                    "taskset",
                    "-c",
                    String.valueOf(core),
                    "wrk",
                    "--threads=1",
                    "--connections=" + connections,
                    "--duration=" + seconds + "s",
                    "--timeout=5s",
                    "--script=" + directory.write("report.lua", WrkResult.script(close)),
                    "http://" + target + "/");
            Process process = namespace.start(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile()));
            if (!process.waitFor(seconds + GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return WrkResult.parse(Files.readString(directory.resolve("output"), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
