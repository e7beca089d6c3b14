package io.weir.perf.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short run of this package's jcstress tests: one JVM, compiled by C2 with its scheduling made random. A thorough one
 * takes minutes: {@code mvn -pl perf test -Dtest=StressTest -Dweir.stress.mode=default} (or {@code tough}).
 */
class StressTest {
    private static final String SHORT_RUN = "-f 1 -fsm 1 -iters 2 -time 500 -sc false";
    private static final String RANDOM_SCHEDULING =
            "-XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:+StressLCM -XX:+StressGCM";

    @TempDir
    private Path directory;

    private ProcessBuilder jcstress() {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-t",
                "io.weir.perf.stress",
                "-r",
                directory.toString());
        String mode = System.getProperty("weir.stress.mode");
        if (mode != null) {
            builder.command().add("-m");
            builder.command().add(mode);
        } else {
            builder.command().addAll(List.of(SHORT_RUN.split(" ")));
            builder.command().add("-jvmArgs");
            builder.command().add(RANDOM_SCHEDULING);
        }
        return builder.directory(directory.toFile()).redirectErrorStream(true);
    }

    @Test
    void shouldSeeNothingForbiddenWhenThreadsRace() throws IOException, InterruptedException {
        Path log = directory.resolve("log.txt");
        Process process = jcstress().redirectOutput(log.toFile()).start();
        long minutes = System.getProperty("weir.stress.mode") == null ? 2 : 120;
        try {
            assertTrue(process.waitFor(minutes, TimeUnit.MINUTES), "in time");
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(log);
        assertEquals(0, process.exitValue(), said);
        assertTrue(said.contains("Failed tests: No matches."), said);
        assertTrue(said.contains("Error tests: No matches."), said);
        assertTrue(said.contains("4 matching test results"), said);
    }
}
