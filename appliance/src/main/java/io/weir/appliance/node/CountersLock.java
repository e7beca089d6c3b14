package io.weir.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One node a counters file: a lock beside it, which the kernel takes back when the process ends, however it ends. */
final class CountersLock implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private CountersLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static CountersLock take(Path countersFile) throws IOException {
        Path path = countersFile.resolveSibling(countersFile.getFileName() + ".lock");
        Files.createDirectories(path.toAbsolutePath().getParent());
        while (true) {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw new IOException(
                        "another node is running with counters.file = %s; stop it, or give this one a node.name of its own"
                                .formatted(countersFile));
            }
            channel.write(
                    ByteBuffer.wrap(
                            "%d%n".formatted(ProcessHandle.current().pid()).getBytes(US_ASCII)),
                    0);
            if (holds(path)) {
                return new CountersLock(path, channel);
            }
            channel.close(); // the node that held it removed it between our opening and our locking it
        }
    }

    /** Whether the file under this name is the one that was locked and written to by this process. */
    private static boolean holds(Path path) throws IOException {
        return Files.exists(path)
                && Files.readString(path, US_ASCII)
                        .startsWith(ProcessHandle.current().pid() + System.lineSeparator());
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        channel.close();
    }
}
