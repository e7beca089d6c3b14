package io.weir.engine.counters;

import io.weir.bindings.Mem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Makes a mapped file that other processes read: written in full before it is mapped, so that a full disk is an
 * {@link IOException} now and no crash later, and put in place by a rename, so that a reader sees a whole file or none.
 */
public final class WholeFile {
    private WholeFile() {}

    /** Writes what a reader must find. */
    @FunctionalInterface
    public interface Header {
        /**
         * @param base where the file is mapped
         */
        void write(long base);
    }

    /**
     * Creates a file of zeros with a header, in place of one that is there.
     *
     * @param arena decides how long it is mapped
     * @return where it is mapped
     */
    public static long create(Path path, long byteSize, Arena arena, Header header) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            fill(channel, byteSize);
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, byteSize, arena);
            Mem.allow(mapped.address(), byteSize);
            header.write(mapped.address());
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return mapped.address();
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    private static void fill(FileChannel channel, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
        for (long left = bytes; left > 0; ) {
            zeros.clear().limit((int) Math.min(left, zeros.capacity()));
            left -= channel.write(zeros);
        }
    }
}
