package io.weir.engine.port;

/**
 * The classic capture file format (draft-ietf-opsawg-pcap), as tcpdump writes it.
 *
 * <pre>
 *  0        4       8          16        20          24
 * +--------+-------+----------+---------+-----------+
 * | magic  | 2 | 4 | unused   | snaplen | link type |  file header; the magic tells byte order and unit of time
 * +--------+-------+----------+---------+-----------+
 * | seconds | µs or ns | captured length | original  |  before each frame
 * +---------+----------+-----------------+-----------+
 * </pre>
 */
public final class PcapFile {
    /** Times are in microseconds. */
    static final int MAGIC_MICROS = 0xa1b2_c3d4;
    /** Times are in nanoseconds. */
    static final int MAGIC_NANOS = 0xa1b2_3c4d;
    /** Another format, pcapng: its section header block. */
    static final int MAGIC_PCAPNG = 0x0a0d_0d0a;

    static final int HEADER = 24;
    static final int RECORD_HEADER = 16;
    /** LINKTYPE_ETHERNET. */
    static final int ETHERNET = 1;
    /** What tcpdump calls MAXIMUM_SNAPLEN: no frame is longer. */
    static final int MAX_FRAME = 262_144;

    /**
     * A captured frame.
     *
     * @param timeNs when it was seen, nanoseconds since 1970
     * @param bytes what was captured of it
     * @param originalLength bytes it had on the wire
     */
    public record Frame(long timeNs, byte[] bytes, int originalLength) {
        /** Whether all of it was captured. */
        public boolean isWhole() {
            return bytes.length >= originalLength;
        }
    }

    private PcapFile() {}
}
