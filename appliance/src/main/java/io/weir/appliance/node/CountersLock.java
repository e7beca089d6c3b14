package io.weir.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One node a counters file: a lock beside it, which the kernel takes back when the process ends, however it ends. Makes
 * the directory where there is none, and then removes it at the end.
 */
final class CountersLock implements AutoCloseable {
    /** Another node holds it. */
    static final class Taken extends IOException {
        private static final long serialVersionUID = 1L;

        Taken(Path countersFile) {
            super("another node is running with counters.file = %s; stop it, or give this one a node.name of its own"
                    .formatted(countersFile));
        }
    }

    /** What the owner leaves in the file before it removes it. */
    private static final String REMOVED = "removed";

    private static final int ATTEMPTS = 5;

    private final Path path;
    private final FileChannel channel;
    private final boolean ownDirectory;

    private CountersLock(Path path, FileChannel channel, boolean ownDirectory) {
        this.path = path;
        this.channel = channel;
        this.ownDirectory = ownDirectory;
    }

    /**
     * Takes it.
     *
     * @throws Taken when another node has it
     * @throws IOException when it cannot be made
     */
    static CountersLock take(Path countersFile) throws IOException {
        Path path = countersFile.resolveSibling(countersFile.getFileName() + ".lock");
        Path directory = path.toAbsolutePath().getParent();
        boolean ownDirectory = !Files.exists(directory);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Files.createDirectories(directory);
            try {
                FileChannel channel = FileChannel.open(
                        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                if (channel.tryLock() == null) {
                    channel.close();
                    throw new Taken(countersFile);
                }
                CountersLock lock = new CountersLock(path, channel, ownDirectory);
                if (lock.isInPlace() || attempt == ATTEMPTS) {
                    lock.write("%d%n".formatted(ProcessHandle.current().pid()));
                    return lock;
                }
                channel.close();
            } catch (NoSuchFileException e) {
                // gone between two calls: another node is just ending, and removes what it made
            }
        }
        throw new IOException("%s: comes and goes".formatted(path));
    }

    /**
     * Whether the file that was locked is the one under the name, not one that its owner removed after we had opened it.
     * The owner's last word in the file says so. It is read over the channel that holds the lock: closing any other one
     * of the same file would give up the lock (POSIX, fcntl).
     */
    private boolean isInPlace() throws IOException {
        ByteBuffer text = ByteBuffer.allocate(REMOVED.length());
        channel.read(text, 0);
        return !REMOVED.equals(new String(text.array(), 0, text.position(), US_ASCII));
    }

    private void write(String text) throws IOException {
        try {
            channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)), 0);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        write(REMOVED);
        Files.deleteIfExists(path);
        channel.close();
        if (ownDirectory) {
            try {
                Files.deleteIfExists(path.toAbsolutePath().getParent());
            } catch (DirectoryNotEmptyException e) {
                // somebody else has put something there
            }
        }
    }
}
