package io.weir.perf.hiccup;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file in which one thread of a process notes, every so often, how another of its threads is doing, and which another
 * process reads afterwards. The machine's byte order.
 *
 * <pre>
 *  0         8
 * +---------+------+--------+-----------+--------+----------+---
 * | samples | time | on CPU | waited    | turns  | overslept|  …   8 bytes each, {@value #WORDS} words a sample
 * +---------+------+--------+-----------+--------+----------+---
 * </pre>
 */
public final class Samples implements AutoCloseable {
    private static final int WORDS = 5;
    private static final int HEADER = 8;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long capacity;

    /**
     * One look at the thread.
     *
     * @param timeNs {@code CLOCK_MONOTONIC}
     * @param cpuNs processor time that it has used until then
     * @param waitedNs time until then at which it could have run and another ran
     * @param turns how often it got a processor until then
     * @param oversleptNs by how much the thread that looked was late
     */
    public record Sample(long timeNs, long cpuNs, long waitedNs, long turns, long oversleptNs) {}

    private Samples(Path file, long length, StandardOpenOption... options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options)) {
            boolean writes = length > 0;
            memory = channel.map(
                    writes ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY,
                    0,
                    writes ? length : channel.size(),
                    arena);
        }
        capacity = (memory.byteSize() - HEADER) / (WORDS * Long.BYTES);
    }

    /**
     * Makes a file.
     *
     * @param samples for which there is to be room
     */
    public static Samples create(Path file, long samples) throws IOException {
        return new Samples(
                file,
                HEADER + samples * WORDS * Long.BYTES,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /** Opens one that another process writes or has written. */
    public static Samples open(Path file) throws IOException {
        return new Samples(file, 0, StandardOpenOption.READ);
    }

    /** Writer: notes a sample, if there is room. */
    void add(long timeNs, long cpuNs, long waitedNs, long turns, long oversleptNs) {
        long count = memory.get(ValueLayout.JAVA_LONG, 0);
        if (count < capacity) {
            long at = HEADER + count * WORDS * Long.BYTES;
            memory.set(ValueLayout.JAVA_LONG, at, timeNs);
            memory.set(ValueLayout.JAVA_LONG, at + 8, cpuNs);
            memory.set(ValueLayout.JAVA_LONG, at + 16, waitedNs);
            memory.set(ValueLayout.JAVA_LONG, at + 24, turns);
            memory.set(ValueLayout.JAVA_LONG, at + 32, oversleptNs);
            LONG.setRelease(memory, 0L, count + 1); // pairs with read()
        }
    }

    /** Reader: all so far. */
    public List<Sample> read() {
        long count = (long) LONG.getAcquire(memory, 0L); // pairs with add()
        List<Sample> samples = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long at = HEADER + i * WORDS * Long.BYTES;
            samples.add(new Sample(
                    memory.get(ValueLayout.JAVA_LONG, at),
                    memory.get(ValueLayout.JAVA_LONG, at + 8),
                    memory.get(ValueLayout.JAVA_LONG, at + 16),
                    memory.get(ValueLayout.JAVA_LONG, at + 24),
                    memory.get(ValueLayout.JAVA_LONG, at + 32)));
        }
        return samples;
    }

    @Override
    public void close() {
        arena.close();
    }
}
