package io.weir.engine.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.counters.CountersReader.CycleTimes;
import io.weir.engine.counters.CountersReader.ServerRow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.errors.ErrorLogReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node writes, another process reads; and what is not a node's file is refused with the reason. */
class CountersFileTest {
    private static final CountersLayout LAYOUT = new CountersLayout(2, 3);
    private static final SlotEntry WEB = new SlotEntry(
            "web",
            "tcp",
            "202.103.106.5:80",
            "wrr",
            "nat",
            "a",
            "[2001:db8:ffff:ffff:ffff:ffff:ffff:1]:65535",
            65535,
            true,
            "HTTP status 200 (1234 us)");

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("new/directory/counters");
    }

    @Test
    void shouldReadWhatWasWritten() throws IOException {
        try (CountersFile file = CountersFile.create(path, LAYOUT);
                CountersReader reader = CountersReader.open(path)) {
            assertEquals(Files.size(path), file.byteSize());
            assertEquals(ProcessHandle.current().pid(), reader.pid());
            assertTrue(Math.abs(System.currentTimeMillis() - reader.startedMs()) < 60_000);
            assertEquals(2, reader.workers());
            for (Counter counter : Counter.values()) {
                file.counters(0).add(counter, 100 + counter.ordinal());
                file.counters(1).increment(counter);
                assertEquals(100 + counter.ordinal(), reader.get(0, counter));
                assertEquals(1, reader.get(1, counter));
                assertEquals(101 + counter.ordinal(), reader.sum(counter));
            }
            file.counters(1).set(Counter.FLOWS, 7);
            assertEquals(7, reader.get(1, Counter.FLOWS));
            file.cycleTimes(1, 1, 2, 3, 4, 5);
            assertEquals(new CycleTimes(1, 2, 3, 4, 5), reader.cycleTimes(1));
            assertEquals(new CycleTimes(0, 0, 0, 0, 0), reader.cycleTimes(0));
            assertEquals(List.of(), reader.servers());
            file.longCycles(1).add(17, 600_000);
            assertEquals(
                    List.of(new LongCycles.Cycle(0, 17, 600_000)),
                    reader.longCycles(1).since(0));
            assertEquals(List.of(), reader.longCycles(0).since(0));
        }
        assertFalse(Files.exists(path), "it is the node's while the node runs");
    }

    @Test
    void shouldSumServersOverWorkersWithTheirNames() throws IOException {
        try (CountersFile file = CountersFile.create(path, LAYOUT);
                CountersReader reader = CountersReader.open(path)) {
            ServerStats stats = file.stats();
            for (int worker = 0; worker < 2; worker++) {
                long line = stats.line(worker, 2);
                ServerStats.add(line, ServerStats.PACKETS_IN, 1 + worker);
                ServerStats.add(line, ServerStats.PACKETS_OUT, 10 + worker);
                ServerStats.add(line, ServerStats.BYTES_IN, 100 + worker);
                ServerStats.add(line, ServerStats.BYTES_OUT, 1000 + worker);
                ServerStats.add(line, ServerStats.CONNECTIONS, 10_000 + worker);
                ServerStats.addInt(line, ServerStats.ACTIVE, 5);
                ServerStats.addInt(line, ServerStats.INACTIVE, worker == 0 ? 3 : -1);
            }
            file.describe(2, WEB);
            assertEquals(List.of(new ServerRow(2, WEB, 3, 21, 201, 2001, 20_001, 10, 2)), reader.servers());
            file.describe(2, null);
            assertEquals(List.of(), reader.servers());
        }
    }

    @Test
    void shouldCarryDistinctErrors() throws IOException {
        try (CountersFile file = CountersFile.create(path, LAYOUT);
                CountersReader reader = CountersReader.open(path)) {
            DistinctErrorLog log = new DistinctErrorLog(file.errors(), () -> 1_700_000_000_000L);
            IllegalStateException error = new IllegalStateException("a frame bit me");
            log.record(error);
            log.record(error);
            List<String> read = new ArrayList<>();
            ErrorLogReader.read(reader.errors(), (count, first, last, text) -> {
                read.add(count + " " + first + " " + last);
                assertTrue(text.contains("a frame bit me"), text);
            });
            assertEquals(List.of("2 1700000000000 1700000000000"), read);
        }
    }

    @Test
    void shouldReplaceWholeFileWhenDeadNodeLeftOne() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "what a dead node left");
        Files.writeString(path.resolveSibling("counters.new"), "and what another did not finish");
        try (CountersFile file = CountersFile.create(path, LAYOUT);
                CountersReader reader = CountersReader.open(path)) {
            assertEquals(0, reader.sum(Counter.RX_FRAMES));
            assertEquals(LAYOUT.byteSize(), file.byteSize());
            assertFalse(Files.exists(path.resolveSibling("counters.new")));
        }
    }

    @Test
    void shouldReadOnFromFileThatNodeHasRemoved() throws IOException {
        try (CountersFile file = CountersFile.create(path, LAYOUT)) {
            file.counters(0).add(Counter.TX_FRAMES, 9);
            try (CountersReader reader = CountersReader.open(path)) {
                Files.delete(path);
                assertEquals(9, reader.sum(Counter.TX_FRAMES));
            }
        }
    }

    @Test
    void shouldRefuseWhatIsNoCountersFile() throws IOException {
        assertThrows(NoSuchFileException.class, () -> CountersReader.open(path));
        Files.createDirectories(path.getParent());
        for (int size : new int[] {0, 1, 127}) {
            Files.write(path, new byte[size]);
            assertRefused(size + " bytes are too few");
        }
        Files.write(path, new byte[128]);
        assertRefused("is no counters file of Weir");
        assertThrows(IOException.class, () -> CountersReader.open(directory), "a directory");
    }

    @Test
    void shouldRefuseFileOfOtherShapeThanItClaims() throws IOException {
        leaveAFile();
        byte[] whole = Files.readAllBytes(path);
        for (int size : new int[] {128, 4096, whole.length - 1}) {
            Files.write(path, java.util.Arrays.copyOf(whole, size));
            assertRefused(size + " bytes for 2 workers and 3 servers; " + whole.length + " would be right");
        }
        Files.write(path, java.util.Arrays.copyOf(whole, whole.length + 1));
        assertRefused("would be right");
        for (int workers : new int[] {0, -1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            Files.write(path, whole);
            poke(CountersLayout.AT_WORKERS, workers);
            assertRefused("would be right");
        }
        for (int slots : new int[] {-1, 2, Integer.MAX_VALUE}) {
            Files.write(path, whole);
            poke(CountersLayout.AT_SLOTS, slots);
            assertRefused("would be right");
        }
    }

    @Test
    void shouldRefuseFileOfOtherVersion() throws IOException {
        leaveAFile();
        byte[] whole = Files.readAllBytes(path);
        poke(CountersLayout.AT_VERSION, CountersLayout.VERSION + 1);
        assertRefused("has layout %d with".formatted(CountersLayout.VERSION + 1));
        Files.write(path, whole);
        poke(CountersLayout.AT_VERSION, 0); // not finished
        assertRefused("has layout 0 with");
        Files.write(path, whole);
        poke(CountersLayout.AT_COUNTERS, Counter.count() + 1);
        assertRefused("with %d counters".formatted(Counter.count() + 1));
        Files.write(path, whole);
        poke(CountersLayout.AT_MAGIC, 0);
        assertRefused("is no counters file of Weir");
    }

    private void leaveAFile() throws IOException {
        Path kept = directory.resolve("kept");
        try (CountersFile file = CountersFile.create(path, LAYOUT)) {
            file.describe(0, WEB);
            Files.copy(path, kept);
        }
        Files.move(kept, path);
        CountersReader.open(path).close();
    }

    private void poke(int at, int value) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.nativeOrder())
                            .putInt(value)
                            .flip(),
                    at);
        }
    }

    private void assertRefused(String reason) {
        IOException e = assertThrows(IOException.class, () -> CountersReader.open(path));
        assertTrue(e.getMessage().contains(path.toString()) && e.getMessage().contains(reason), e.getMessage());
    }

    @Test
    void shouldReadDirectoryEntryOnlyWhenItIsWhole() {
        try (NativeBlock memory = new NativeBlock(CountersLayout.ENTRY)) {
            DirectoryEntry entry = new DirectoryEntry(memory.address());
            assertNull(entry.read(), "never written");
            entry.write(WEB);
            assertEquals(WEB, entry.read());
            SlotEntry down = new SlotEntry(
                    "größe", "udp", "[::1]:0", "mh", "nat", "b", "10.0.0.1:0", 0, false, "connection refused (88 us)");
            entry.write(down);
            assertEquals(down, entry.read());
            entry.write(null);
            assertNull(entry.read());
            assertEquals(6, Mem.getInt(memory.address()), "the sequence grows by two a change and ends even");
        }
    }

    @Test
    void shouldGiveUpDirectoryEntryWhoseWriterDied() {
        try (NativeBlock memory = new NativeBlock(CountersLayout.ENTRY)) {
            DirectoryEntry entry = new DirectoryEntry(memory.address());
            entry.write(WEB);
            Mem.putInt(memory.address(), 3); // odd: being written
            assertNull(entry.read());
        }
    }

    @Test
    void shouldRefuseDirectoryEntryThatDoesNotFit() {
        try (NativeBlock memory = new NativeBlock(CountersLayout.ENTRY)) {
            DirectoryEntry entry = new DirectoryEntry(memory.address());
            SlotEntry tooLong = new SlotEntry("s".repeat(500), "tcp", "v", "rr", "nat", "a", "r", 1, true, "");
            String message = assertThrows(IllegalArgumentException.class, () -> entry.write(tooLong))
                    .getMessage();
            assertTrue(message.contains("too long together"), message);
            assertNull(entry.read(), "nothing was written");
        }
    }
}
