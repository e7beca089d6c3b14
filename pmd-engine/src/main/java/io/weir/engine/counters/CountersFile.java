package io.weir.engine.counters;

import io.weir.bindings.Mem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The running node's side of the counters file: creates it, hands out its parts, removes it at the end.
 *
 * <p>Who writes what: each worker its own counters and statistics, the control thread all else. A reader sees a whole
 * file or none ({@link WholeFile}).
 */
public final class CountersFile implements AutoCloseable {
    private final Path path;
    private final CountersLayout layout;
    private final Arena arena;
    private final long base;

    private CountersFile(Path path, CountersLayout layout, Arena arena, long base) {
        this.path = path;
        this.layout = layout;
        this.arena = arena;
        this.base = base;
    }

    /**
     * Creates the file, in place of one that an ended node left behind.
     *
     * @throws IOException when it cannot be written
     */
    public static CountersFile create(Path path, CountersLayout layout) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            long base = WholeFile.create(path, layout.byteSize(), arena, header(layout));
            return new CountersFile(path, layout, arena, base);
        } catch (IOException e) {
            arena.close();
            throw e;
        }
    }

    private static WholeFile.Header header(CountersLayout layout) {
        return base -> {
            Mem.putLong(base + CountersLayout.AT_MAGIC, CountersLayout.MAGIC);
            Mem.putInt(base + CountersLayout.AT_WORKERS, layout.workers());
            Mem.putInt(base + CountersLayout.AT_SLOTS, layout.slots());
            Mem.putInt(base + CountersLayout.AT_COUNTERS, Counter.count());
            Mem.putLong(base + CountersLayout.AT_PID, ProcessHandle.current().pid());
            Mem.putLong(base + CountersLayout.AT_STARTED, System.currentTimeMillis());
            Mem.putIntRelease(base + CountersLayout.AT_VERSION, CountersLayout.VERSION);
        };
    }

    /** A worker's counters. */
    public WorkerCounters counters(int worker) {
        return new WorkerCounters(base + layout.counters(worker));
    }

    /** A worker's long cycles. */
    public LongCycles longCycles(int worker) {
        return new LongCycles(base + layout.longCycles(worker));
    }

    /** All workers' server statistics. */
    public ServerStats stats() {
        return new ServerStats(base + layout.stats(), layout.slots(), layout.workers());
    }

    /** Address of the {@value CountersLayout#NODE} bytes that are the node's own. */
    public long node() {
        return base + layout.node();
    }

    /** Control thread: a worker's cycle times of the last interval, in nanoseconds. */
    public void cycleTimes(int worker, long p50, long p99, long p999, long max, long count) {
        long at = base + layout.gauges(worker);
        Mem.putLongOpaque(at, p50);
        Mem.putLongOpaque(at + 8, p99);
        Mem.putLongOpaque(at + 16, p999);
        Mem.putLongOpaque(at + 24, max);
        Mem.putLongOpaque(at + 32, count);
    }

    /** Control thread: says what a server slot stands for; null: nothing any more. */
    public void describe(int slot, SlotEntry entry) {
        entry(slot).write(entry);
    }

    private DirectoryEntry entry(int slot) {
        return new DirectoryEntry(base + layout.directory(slot));
    }

    /** Where a DistinctErrorLog writes. */
    public UnsafeBuffer errors() {
        return new UnsafeBuffer(base + layout.errors(), CountersLayout.ERRORS);
    }

    /** Removes and unmaps the file; nobody may write to it any more. */
    @Override
    public void close() {
        Mem.forbid(base);
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot remove " + path, e);
        } finally {
            arena.close();
        }
    }

    /** Bytes of the file. */
    public long byteSize() {
        return layout.byteSize();
    }
}
