package io.weir.engine.trace;

import io.weir.bindings.Mem;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the trace of a node, running or dead, while its workers write. Used by one thread. */
public final class TraceReader implements AutoCloseable {
    /**
     * One event.
     *
     * @param time when
     * @param worker who wrote it
     * @param client the client's address
     * @param clientPort its port
     * @param virtualPort the port that it called
     * @param service number of the service
     * @param event what happened; null when a newer version wrote it
     * @param server slot of the server; -1: none
     * @param a first number
     * @param b second number
     * @param c third number
     */
    public record Entry(
            Instant time,
            int worker,
            IpAddress client,
            int clientPort,
            int virtualPort,
            int service,
            TraceEvent event,
            int server,
            int a,
            int b,
            int c) {}

    private final Arena arena;
    private final long base;
    private final TraceLayout layout;
    private final long epoch;
    private final long[] next;
    private long lost;

    private TraceReader(Arena arena, long base, TraceLayout layout) {
        this.arena = arena;
        this.base = base;
        this.layout = layout;
        this.epoch = Mem.getLong(base + TraceLayout.AT_EPOCH);
        this.next = new long[layout.workers()];
        java.util.Arrays.fill(next, 1);
    }

    /**
     * Opens a trace file.
     *
     * @throws IOException when it cannot be read, or is no trace file of this version
     */
    public static TraceReader open(Path path) throws IOException {
        Arena arena = Arena.ofConfined();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < TraceLayout.HEADER) {
                throw new IOException("%s is no trace file".formatted(path));
            }
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            long base = mapped.address();
            Mem.allow(base, size);
            int version = Mem.getIntAcquire(base + TraceLayout.AT_VERSION);
            TraceLayout layout = new TraceLayout(
                    Mem.getInt(base + TraceLayout.AT_WORKERS), Mem.getInt(base + TraceLayout.AT_EVENTS));
            if (Mem.getLong(base + TraceLayout.AT_MAGIC) != TraceLayout.MAGIC
                    || version != TraceLayout.VERSION
                    || layout.workers() < 1
                    || layout.events() < 1
                    || layout.byteSize() != size) {
                throw new IOException("%s is no trace file of version %d".formatted(path, TraceLayout.VERSION));
            }
            return new TraceReader(arena, base, layout);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** The events since the last call, or all that the rings hold; by time. */
    public List<Entry> read() {
        List<Entry> entries = new ArrayList<>();
        for (int worker = 0; worker < layout.workers(); worker++) {
            read(worker, entries);
        }
        entries.sort(Comparator.comparing(Entry::time));
        return entries;
    }

    private void read(int worker, List<Entry> to) {
        while (true) {
            long wanted = next[worker];
            long at = base + layout.ring(worker) + (wanted - 1 & layout.events() - 1L) * FlowTrace.EVENT;
            long sequence = Mem.getLongAcquire(at + FlowTrace.SEQUENCE);
            if (sequence != wanted) {
                if (sequence == 0 || sequence - wanted < 0) {
                    return; // not written yet, or just being
                }
                long oldest =
                        sequence - layout.events() + 1; // lapped: what was here is gone, what follows may be there
                lost += oldest - wanted;
                next[worker] = oldest;
                continue;
            }
            Entry entry = copy(worker, at);
            java.lang.invoke.VarHandle.acquireFence();
            if (Mem.getLongOpaque(at + FlowTrace.SEQUENCE) != wanted) {
                continue; // overwritten meanwhile
            }
            to.add(entry);
            next[worker]++;
        }
    }

    private Entry copy(int worker, long at) {
        long ns = Mem.getLong(at + FlowTrace.TIME) + epoch;
        return new Entry(
                Instant.ofEpochSecond(Math.floorDiv(ns, 1_000_000_000L), Math.floorMod(ns, 1_000_000_000L)),
                worker,
                new IpAddress(Mem.getLong(at + FlowTrace.CLIENT_HI), Mem.getLong(at + FlowTrace.CLIENT_LO)),
                Mem.getU16(at + FlowTrace.CLIENT_PORT),
                Mem.getU16(at + FlowTrace.VIRTUAL_PORT),
                Mem.getU16(at + FlowTrace.SERVICE),
                TraceEvent.of(Mem.getU16(at + FlowTrace.KIND)),
                Mem.getInt(at + FlowTrace.SERVER),
                Mem.getInt(at + FlowTrace.A),
                Mem.getInt(at + FlowTrace.B),
                Mem.getInt(at + FlowTrace.C));
    }

    /** Events that were overwritten before they could be read. */
    public long lost() {
        return lost;
    }

    @Override
    public void close() {
        Mem.forbid(base);
        arena.close();
    }
}
