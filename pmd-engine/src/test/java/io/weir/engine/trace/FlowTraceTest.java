package io.weir.engine.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.flow.FlowRecord;
import io.weir.engine.packet.Transport;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowTraceTest {
    private static final IpAddress CLIENT = IpAddress.parse("202.100.1.2");
    private static final int EVENTS = 16;

    @TempDir
    private Path directory;

    private Path path() {
        return TraceFile.beside(directory.resolve("counters"));
    }

    private static void write(FlowTrace ring, int n) {
        long key = FlowRecord.key(n & 0xffff, 80, 7, Transport.TCP);
        ring.record(
                System.nanoTime(), TraceEvent.PROBE_SENT, CLIENT.hi(), CLIENT.lo() + n, key, n, n + 1, n + 2, n + 3);
    }

    private static void assertWhole(TraceReader.Entry entry) {
        int n = entry.server();
        assertEquals(CLIENT.lo() + n, entry.client().lo());
        assertEquals(n & 0xffff, entry.clientPort());
        assertEquals(80, entry.virtualPort());
        assertEquals(7, entry.service());
        assertEquals(TraceEvent.PROBE_SENT, entry.event());
        assertEquals(List.of(n + 1, n + 2, n + 3), List.of(entry.a(), entry.b(), entry.c()));
    }

    @Test
    void shouldGiveEveryEventOnceAndInOrder() throws IOException {
        Instant before = Instant.now();
        try (TraceFile file = TraceFile.create(path(), new TraceLayout(2, EVENTS));
                TraceReader reader = TraceReader.open(path())) {
            FlowTrace first = file.ring(0);
            FlowTrace second = file.ring(1);
            assertEquals(List.of(), reader.read());
            write(first, 1);
            write(second, 2);
            write(first, 3);
            List<TraceReader.Entry> entries = reader.read();
            assertEquals(
                    List.of(1, 2, 3),
                    entries.stream().map(TraceReader.Entry::server).toList());
            assertEquals(
                    List.of(0, 1, 0),
                    entries.stream().map(TraceReader.Entry::worker).toList());
            entries.forEach(FlowTraceTest::assertWhole);
            for (TraceReader.Entry entry : entries) {
                assertFalse(Duration.between(before, entry.time()).abs().compareTo(Duration.ofSeconds(60)) > 0);
            }
            assertEquals(List.of(), reader.read());
            write(second, 4);
            assertEquals(4, reader.read().getFirst().server());
        }
        assertFalse(Files.exists(path()));
    }

    @Test
    void shouldGiveTheNewestAndCountTheLostWhenTheWriterLapsTheReader() throws IOException {
        try (TraceFile file = TraceFile.create(path(), new TraceLayout(1, EVENTS));
                TraceReader reader = TraceReader.open(path())) {
            FlowTrace ring = file.ring(0);
            for (int n = 1; n <= 3 * EVENTS + 5; n++) {
                write(ring, n);
            }
            List<TraceReader.Entry> entries = reader.read();
            assertEquals(EVENTS, entries.size());
            assertEquals(2 * EVENTS + 6, entries.getFirst().server());
            assertEquals(3 * EVENTS + 5, entries.getLast().server());
            assertEquals(2 * EVENTS + 5, reader.lost());
        }
    }

    @Test
    void shouldNeverGiveHalfAnEventWhileTheWriterRunsAround() throws Exception {
        try (TraceFile file = TraceFile.create(path(), new TraceLayout(1, EVENTS));
                TraceReader reader = TraceReader.open(path())) {
            FlowTrace ring = file.ring(0);
            AtomicBoolean stop = new AtomicBoolean();
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int n = 1; !stop.get(); n++) {
                    write(ring, n);
                }
            });
            List<TraceReader.Entry> entries = new ArrayList<>();
            while (entries.size() < 100_000 || reader.lost() == 0) {
                List<TraceReader.Entry> some = reader.read();
                some.forEach(FlowTraceTest::assertWhole);
                entries.addAll(some);
            }
            stop.set(true);
            writer.join();
            int before = 0;
            for (TraceReader.Entry entry : entries) {
                assertTrue(entry.server() > before, "in order, none twice");
                before = entry.server();
            }
        }
    }

    @Test
    void shouldRefuseWhatIsNoTraceFile() throws IOException {
        Path file = Files.write(directory.resolve("other"), new byte[4096]);
        assertThrows(IOException.class, () -> TraceReader.open(file));
        Files.write(file, new byte[5]);
        assertThrows(IOException.class, () -> TraceReader.open(file));
        assertThrows(IOException.class, () -> TraceReader.open(directory.resolve("none")));
        assertNull(TraceEvent.of(-1));
        assertNull(TraceEvent.of(TraceEvent.values().length));
    }
}
