package io.weir.engine.port;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a {@link PcapFile} frame by frame, of either byte order and either unit of time. Not thread-safe. */
public final class PcapReader implements AutoCloseable {
    private static final long NANOS = 1_000_000_000L;

    private final InputStream in;
    private final String name;
    private final ByteOrder order;
    private final int nanosPerUnit;
    private long offset;

    /**
     * Reads a file header.
     *
     * @param in the file; closed with the reader
     * @param name what messages call it
     * @throws IOException when it is no such file; the message says what is wrong, and where
     */
    public PcapReader(InputStream in, String name) throws IOException {
        this.in = in;
        this.name = name;
        byte[] header = in.readNBytes(PcapFile.HEADER);
        if (header.length < PcapFile.HEADER) {
            throw malformed(
                    0, "%d bytes are too few for the file header of %d".formatted(header.length, PcapFile.HEADER));
        }
        int magic = ByteBuffer.wrap(header).getInt();
        boolean big = magic == PcapFile.MAGIC_MICROS || magic == PcapFile.MAGIC_NANOS;
        int known = big ? magic : Integer.reverseBytes(magic);
        if (magic == PcapFile.MAGIC_PCAPNG) {
            throw malformed(0, "this is a pcapng file; editcap -F pcap converts it");
        }
        if (known != PcapFile.MAGIC_MICROS && known != PcapFile.MAGIC_NANOS) {
            throw malformed(0, "magic number %08x is not pcap's a1b2c3d4 or a1b23c4d".formatted(magic));
        }
        this.order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        this.nanosPerUnit = known == PcapFile.MAGIC_NANOS ? 1 : 1000;
        ByteBuffer fields = ByteBuffer.wrap(header).order(order);
        if (fields.getShort(4) != 2) {
            throw malformed(4, "version %d.%d; 2.4 would be right".formatted(fields.getShort(4), fields.getShort(6)));
        }
        int linkType = fields.getInt(20) & 0xffff;
        if (linkType != PcapFile.ETHERNET) {
            throw malformed(20, "link type %d; only Ethernet's %d is known".formatted(linkType, PcapFile.ETHERNET));
        }
        this.offset = PcapFile.HEADER;
    }

    /**
     * Opens a file.
     *
     * @throws IOException when it cannot be read, or is no such file
     */
    public static PcapReader open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            return new PcapReader(in, file.toString());
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * The next frame.
     *
     * @return null at the end of the file
     * @throws IOException when the file is cut off or a length is impossible
     */
    public PcapFile.Frame next() throws IOException {
        byte[] header = in.readNBytes(PcapFile.RECORD_HEADER);
        if (header.length == 0) {
            return null;
        }
        if (header.length < PcapFile.RECORD_HEADER) {
            throw malformed(
                    offset,
                    "the file ends %d bytes into a record header of %d"
                            .formatted(header.length, PcapFile.RECORD_HEADER));
        }
        ByteBuffer fields = ByteBuffer.wrap(header).order(order);
        int captured = fields.getInt(8);
        if (captured < 0 || captured > PcapFile.MAX_FRAME) {
            throw malformed(
                    offset + 8,
                    "captured length %d; at most %d would be right"
                            .formatted(captured & 0xffff_ffffL, PcapFile.MAX_FRAME));
        }
        byte[] bytes = in.readNBytes(captured);
        if (bytes.length < captured) {
            throw malformed(
                    offset + PcapFile.RECORD_HEADER,
                    "the file ends %d bytes into a frame of %d".formatted(bytes.length, captured));
        }
        offset += PcapFile.RECORD_HEADER + captured;
        long time = (fields.getInt(0) & 0xffff_ffffL) * NANOS + (fields.getInt(4) & 0xffff_ffffL) * nanosPerUnit;
        return new PcapFile.Frame(time, bytes, fields.getInt(12));
    }

    private IOException malformed(long at, String what) {
        return new IOException("%s: offset %d: %s".formatted(name, at, what));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
