package io.weir.engine.counters;

import io.weir.bindings.Mem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Another process's view of a node's counters file; reads only.
 *
 * <p>Opening checks magic, version, and that the file is as long as its header claims.
 */
public final class CountersReader implements AutoCloseable {
    /** A worker's cycle times of the last interval, in nanoseconds. */
    public record CycleTimes(long p50, long p99, long p999, long max, long count) {}

    /** A server slot with its numbers, summed over the workers. */
    public record ServerRow(
            int slot,
            SlotEntry entry,
            long packetsIn,
            long packetsOut,
            long bytesIn,
            long bytesOut,
            long connections,
            int active,
            int inactive) {}

    private final Arena arena;
    private final long base;
    private final CountersLayout layout;

    private CountersReader(Arena arena, long base, CountersLayout layout) {
        this.arena = arena;
        this.base = base;
        this.layout = layout;
    }

    /**
     * Opens a counters file.
     *
     * @throws IOException when there is none, or it is no counters file of this version; the message names the file
     */
    public static CountersReader open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < CountersLayout.HEADER) {
                throw new IOException("%s: %d bytes are too few for a counters file".formatted(path, size));
            }
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            long base = mapped.address();
            Mem.allow(base, size);
            return new CountersReader(arena, base, layout(path, base, size));
        } catch (IOException e) {
            arena.close();
            throw e;
        }
    }

    private static CountersLayout layout(Path path, long base, long size) throws IOException {
        int version = Mem.getIntAcquire(base + CountersLayout.AT_VERSION);
        if (Mem.getLong(base + CountersLayout.AT_MAGIC) != CountersLayout.MAGIC) {
            throw new IOException("%s is no counters file of Weir".formatted(path));
        }
        int counters = Mem.getInt(base + CountersLayout.AT_COUNTERS);
        if (version != CountersLayout.VERSION || counters != Counter.count()) {
            throw new IOException(
                    "%s has layout %d with %d counters, this program reads layout %d with %d: use the one "
                                    .formatted(path, version, counters, CountersLayout.VERSION, Counter.count())
                            + "that runs the node");
        }
        CountersLayout layout = new CountersLayout(
                Mem.getInt(base + CountersLayout.AT_WORKERS), Mem.getInt(base + CountersLayout.AT_SLOTS));
        if (layout.workers() < 1 || layout.slots() < 0 || layout.byteSize() != size) {
            throw new IOException("%s: %d bytes for %d workers and %d servers; %d would be right"
                    .formatted(path, size, layout.workers(), layout.slots(), layout.byteSize()));
        }
        return layout;
    }

    /** Process that writes the file. */
    public long pid() {
        return Mem.getLong(base + CountersLayout.AT_PID);
    }

    /** When it started, milliseconds since 1970. */
    public long startedMs() {
        return Mem.getLong(base + CountersLayout.AT_STARTED);
    }

    /** Workers of the node. */
    public int workers() {
        return layout.workers();
    }

    /** One worker's counter. */
    public long get(int worker, Counter counter) {
        return new WorkerCounters(base + layout.counters(worker)).get(counter);
    }

    /** A counter summed over the workers. */
    public long sum(Counter counter) {
        long sum = 0;
        for (int worker = 0; worker < layout.workers(); worker++) {
            sum += get(worker, counter);
        }
        return sum;
    }

    /** Address of the {@value CountersLayout#NODE} bytes that are the node's own. */
    public long node() {
        return base + layout.node();
    }

    /** One worker's cycle times. */
    public CycleTimes cycleTimes(int worker) {
        long at = base + layout.gauges(worker);
        return new CycleTimes(
                Mem.getLongOpaque(at),
                Mem.getLongOpaque(at + 8),
                Mem.getLongOpaque(at + 16),
                Mem.getLongOpaque(at + 24),
                Mem.getLongOpaque(at + 32));
    }

    /** What the workers count of each server slot. */
    public ServerStats stats() {
        return new ServerStats(base + layout.stats(), layout.slots(), layout.workers());
    }

    /** One worker's long cycles; to be read only. */
    public LongCycles longCycles(int worker) {
        return new LongCycles(base + layout.longCycles(worker));
    }

    /** All servers, in the order of their slots. */
    public List<ServerRow> servers() {
        ServerStats stats = stats();
        List<ServerRow> rows = new ArrayList<>();
        for (int slot = 0; slot < layout.slots(); slot++) {
            SlotEntry entry = new DirectoryEntry(base + layout.directory(slot)).read();
            if (entry != null) {
                rows.add(new ServerRow(
                        slot,
                        entry,
                        stats.sum(slot, ServerStats.PACKETS_IN),
                        stats.sum(slot, ServerStats.PACKETS_OUT),
                        stats.sum(slot, ServerStats.BYTES_IN),
                        stats.sum(slot, ServerStats.BYTES_OUT),
                        stats.sum(slot, ServerStats.CONNECTIONS),
                        stats.sumInt(slot, ServerStats.ACTIVE),
                        stats.sumInt(slot, ServerStats.INACTIVE)));
            }
        }
        return rows;
    }

    /** The error log, for Agrona's ErrorLogReader. */
    public UnsafeBuffer errors() {
        return new UnsafeBuffer(base + layout.errors(), CountersLayout.ERRORS);
    }

    @Override
    public void close() {
        Mem.forbid(base);
        arena.close();
    }
}
