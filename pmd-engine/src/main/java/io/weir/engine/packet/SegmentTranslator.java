package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * Moves a TCP segment from the numbers of one connection to those of another: sequence and acknowledgement number, the
 * edges of SACK blocks, and both timestamps; all modulo 2³². For every connection that is spliced from two.
 *
 * <p>Owned by one worker. The checksum is not written but what it has to change by is returned, so that a caller that
 * rewrites addresses and ports, too, writes it once. An option may begin at an odd offset; then the words of the sum lie
 * across its own, and its share of the change has its bytes exchanged (RFC 1071 §2(B)).
 */
public final class SegmentTranslator {
    /** The options are malformed; the segment was not changed. */
    public static final int MALFORMED = -1;

    private final TcpOptions options = new TcpOptions();

    /**
     * Translates a segment in place.
     *
     * @param tcp address of its header, which lies whole in the frame
     * @param seqAdd added to the sequence number
     * @param ackAdd added to the acknowledgement number and to the edges of SACK blocks, if the segment acknowledges
     * @param tsValAdd added to TSval
     * @param tsEcrAdd added to TSecr, if the segment acknowledges
     * @return the delta to {@link Checksum#apply}, 0 to 65535; or {@link #MALFORMED}
     */
    public int translate(long tcp, int seqAdd, int ackAdd, int tsValAdd, int tsEcrAdd) {
        int headerLength = Mem.getU8(tcp + Transport.TCP_DATA_OFFSET) >>> 4 << 2;
        boolean acknowledges = (Mem.getU8(tcp + Transport.TCP_FLAGS) & Transport.ACK) != 0;
        TcpOptions o = options;
        if ((ackAdd | tsValAdd | tsEcrAdd) != 0 && headerLength > Transport.TCP_HEADER) {
            if (!o.read(tcp, headerLength)) {
                return MALFORMED;
            }
        } else {
            o.timestamps = 0;
            o.sackBlocks = 0;
        }
        int delta = add(tcp, Transport.TCP_SEQ, seqAdd);
        if (acknowledges) {
            delta = Checksum.combine(delta, add(tcp, Transport.TCP_ACK, ackAdd));
            for (int edge = 0; edge < o.sackBlocks * 2; edge++) {
                delta = Checksum.combine(delta, add(tcp, o.sack + edge * Integer.BYTES, ackAdd));
            }
        }
        if (o.timestamps != 0) {
            delta = Checksum.combine(delta, add(tcp, o.timestamps, tsValAdd));
            if (acknowledges) {
                delta = Checksum.combine(delta, add(tcp, o.timestamps + Integer.BYTES, tsEcrAdd));
            }
        }
        return delta;
    }

    /** Adds to the number at an offset of the header. Returns the checksum's delta. */
    private static int add(long tcp, int at, int addend) {
        if (addend == 0) {
            return 0;
        }
        int from = Mem.getIntBe(tcp + at);
        int to = from + addend;
        Mem.putIntBe(tcp + at, to);
        int delta = Checksum.delta32(from, to);
        return (at & 1) == 0 ? delta : (delta & 0xff) << 8 | delta >>> 8;
    }
}
