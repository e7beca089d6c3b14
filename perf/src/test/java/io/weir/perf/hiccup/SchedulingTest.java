package io.weir.perf.hiccup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.CpuAffinity;
import io.weir.perf.hiccup.Samples.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of threads while they run. */
class SchedulingTest {
    @TempDir
    private Path directory;

    @Test
    void shouldCarrySamplesFromOneProcessToAnother() throws IOException {
        Path file = directory.resolve("samples");
        try (Samples writer = Samples.create(file, 2);
                Samples reader = Samples.open(file)) {
            assertEquals(List.of(), reader.read());
            writer.add(1, 2, 3, 4, 5);
            writer.add(6, 7, 8, 9, 10);
            writer.add(11, 12, 13, 14, 15); // no room
            assertEquals(List.of(new Sample(1, 2, 3, 4, 5), new Sample(6, 7, 8, 9, 10)), reader.read());
        }
    }

    @Test
    void shouldReadWhatTheSchedulerCounts() throws InterruptedException {
        long pid = ProcessHandle.current().pid();
        try (SchedStat main = new SchedStat(pid, pid)) {
            assertTrue(main.read());
            long turns = main.turns();
            assertTrue(main.runNs() > 0 && turns > 0);
            assertTrue(main.read());
            assertTrue(main.turns() >= turns);
        }
        assertThrows(UncheckedIOException.class, () -> new SchedStat(pid, Integer.MAX_VALUE).close());
    }

    @Test
    void shouldNoticeThatAThreadHasEnded() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sleep", "60").start();
        try (SchedStat stat = new SchedStat(process.pid(), process.pid())) {
            assertTrue(stat.read());
            process.destroyForcibly().waitFor();
            assertFalse(stat.read());
        }
    }

    @Test
    void shouldFindThoseWhoMayRunOnACore() {
        int core = CpuAffinity.get().nextSetBit(0);
        try (CoreSharers sharers = new CoreSharers(ProcessHandle.current().pid(), core)) {
            assertTrue(sharers.names().contains("VM Thread"), sharers.names().toString());
            sharers.look();
            sharers.turns().forEach(turn -> assertTrue(turn.runNs() > 0 && turn.toNs() >= turn.fromNs()));
        }
        try (CoreSharers nobody = new CoreSharers(ProcessHandle.current().pid(), 8191)) {
            assertEquals(List.of(), nobody.names());
        }
    }
}
