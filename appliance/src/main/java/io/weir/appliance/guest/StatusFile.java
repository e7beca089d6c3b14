package io.weir.appliance.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file with a host's status. It is the host's memory, too: what guests have from us is in it before they get it, so that
 * a start after any end knows what to take away. One process a file writes; many may read, and see a whole one.
 */
public final class StatusFile implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private StatusFile(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a file for writing, and makes its directory where there is none.
     *
     * @param path of the status
     * @return it, to be closed
     * @throws IOException if another process has it, or it cannot be written
     */
    public static StatusFile take(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        final FileChannel lock = FileChannel.open(lock(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isFree(lock)) {
            lock.close();
            throw new IOException(
                    "another weir host is running with host.status = %s; one a hypervisor is right".formatted(path));
        }
        return new StatusFile(path, lock);
    }

    /**
     * Whether a process has taken a file.
     *
     * @param path of the status
     * @return whether one is there to write it
     * @throws IOException if that cannot be found out
     */
    public static boolean isTaken(Path path) throws IOException {
        if (!Files.exists(lock(path))) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lock(path), StandardOpenOption.WRITE)) {
            return !isFree(channel);
        }
    }

    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (final OverlappingFileLockException e) {
            return false; // it is this process's own
        }
    }

    private static Path lock(Path path) {
        return path.resolveSibling(path.getFileName() + ".lock");
    }

    /**
     * Reads a file.
     *
     * @param path of the status
     * @return what it says
     * @throws IOException if there is none, or it is no status
     */
    public static HostStatus read(Path path) throws IOException {
        try {
            return HostStatus.read(Files.readString(path));
        } catch (final NoSuchFileException e) {
            throw e;
        } catch (final IOException e) {
            throw new IOException(
                    path + " is no status of a host; without it guests keep what they have as their own", e);
        }
    }

    /** {@return where it is} */
    public Path path() {
        return path;
    }

    /**
     * Replaces the file. It is on the disk when this returns.
     *
     * @param status what it is to say
     * @throws IOException if it cannot be written; then the one before stays
     */
    public void write(HostStatus status) throws IOException {
        final Path next = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            final ByteBuffer bytes = ByteBuffer.wrap(status.json().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
