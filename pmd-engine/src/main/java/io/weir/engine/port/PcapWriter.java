package io.weir.engine.port;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a {@link PcapFile}, little-endian, with times in nanoseconds. Not thread-safe. */
public final class PcapWriter implements AutoCloseable {
    private static final long NANOS = 1_000_000_000L;

    private final OutputStream out;

    /**
     * Writes a file header.
     *
     * @param out where to; closed with the writer
     */
    public PcapWriter(OutputStream out) throws IOException {
        this.out = out;
        out.write(ByteBuffer.allocate(PcapFile.HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(PcapFile.MAGIC_NANOS)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(PcapFile.MAX_FRAME)
                .putInt(PcapFile.ETHERNET)
                .array());
    }

    /** Creates a file, in place of one that is there. */
    public static PcapWriter create(Path file) throws IOException {
        return new PcapWriter(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
    }

    /**
     * Appends a whole frame.
     *
     * @param timeNs when it was seen, nanoseconds since 1970
     * @param bytes the frame
     */
    public void write(long timeNs, byte[] bytes) throws IOException {
        out.write(ByteBuffer.allocate(PcapFile.RECORD_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (timeNs / NANOS))
                .putInt((int) (timeNs % NANOS))
                .putInt(bytes.length)
                .putInt(bytes.length)
                .array());
        out.write(bytes);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
