package io.weir.engine.trace;

import io.weir.bindings.Mem;
import io.weir.engine.counters.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/** The running node's side of the trace file: creates it, hands out its rings, removes it at the end. */
public final class TraceFile implements AutoCloseable {
    private final Path path;
    private final TraceLayout layout;
    private final Arena arena;
    private final long base;

    private TraceFile(Path path, TraceLayout layout, Arena arena, long base) {
        this.path = path;
        this.layout = layout;
        this.arena = arena;
        this.base = base;
    }

    /** Where the trace lies beside a counters file. */
    public static Path beside(Path countersFile) {
        return countersFile.resolveSibling(countersFile.getFileName() + ".trace");
    }

    /**
     * Creates the file, in place of one that an ended node left behind.
     *
     * @throws IOException when it cannot be written
     */
    public static TraceFile create(Path path, TraceLayout layout) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            long base = WholeFile.create(path, layout.byteSize(), arena, TraceFile.header(layout));
            return new TraceFile(path, layout, arena, base);
        } catch (IOException e) {
            arena.close();
            throw e;
        }
    }

    private static WholeFile.Header header(TraceLayout layout) {
        return base -> {
            Mem.putLong(base + TraceLayout.AT_MAGIC, TraceLayout.MAGIC);
            Mem.putInt(base + TraceLayout.AT_WORKERS, layout.workers());
            Mem.putInt(base + TraceLayout.AT_EVENTS, layout.events());
            Mem.putLong(base + TraceLayout.AT_PID, ProcessHandle.current().pid());
            Mem.putLong(base + TraceLayout.AT_EPOCH, System.currentTimeMillis() * 1_000_000L - System.nanoTime());
            Mem.putIntRelease(base + TraceLayout.AT_VERSION, TraceLayout.VERSION);
        };
    }

    /** A worker's ring. */
    public FlowTrace ring(int worker) {
        return new FlowTrace(base + layout.ring(worker), layout.events());
    }

    /** Removes and unmaps the file; nobody may write to it any more. */
    @Override
    public void close() {
        Mem.forbid(base);
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + path, e);
        } finally {
            arena.close();
        }
    }
}
