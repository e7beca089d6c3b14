package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * Where the options lie in a TCP header (RFC 9293 §3.2) that carry numbers of the connection: timestamps (RFC 7323 §3)
 * and selective acknowledgements (RFC 2018). Owned by one worker and reused.
 *
 * <p>Lengths are believed only as far as the header goes. A list that does not end where the header ends, an option that
 * is too short for its kind, or one of these two twice, is malformed: nobody can tell what a receiver would make of it.
 */
public final class TcpOptions {
    public static final int END = 0;
    public static final int NOP = 1;
    public static final int MSS = 2;
    public static final int WINDOW_SCALE = 3;
    public static final int SACK_PERMITTED = 4;
    public static final int SACK = 5;
    public static final int TIMESTAMPS = 8;

    public static final int MSS_LENGTH = 4;
    public static final int WINDOW_SCALE_LENGTH = 3;
    public static final int SACK_PERMITTED_LENGTH = 2;
    public static final int TIMESTAMPS_LENGTH = 10;

    /** NOP, NOP, timestamps: the one list that nearly every segment of a connection with timestamps has. */
    private static final int ALIGNED_TIMESTAMPS = 0x0101_080a;

    private static final int BLOCK = 8;
    private static final int MAX_BLOCKS = 4;

    /** Offset in the TCP header of TSval, with TSecr behind it; 0: no timestamps. */
    public int timestamps;
    /** Offset in the TCP header of the first SACK block; 0: none. */
    public int sack;
    /** SACK blocks: left and right edge, four bytes each. */
    public int sackBlocks;

    /**
     * Reads the options of a header that lies whole in its frame.
     *
     * @param tcp address of the TCP header
     * @param headerLength its length in bytes, 20 to 60
     * @return false when they are malformed
     */
    public boolean read(long tcp, int headerLength) {
        timestamps = 0;
        sack = 0;
        sackBlocks = 0;
        if (headerLength == Transport.TCP_HEADER) {
            return true;
        }
        if (headerLength == 32 && Mem.getIntBe(tcp + Transport.TCP_HEADER) == ALIGNED_TIMESTAMPS) {
            timestamps = Transport.TCP_HEADER + 4;
            return true;
        }
        return walk(tcp, headerLength);
    }

    private boolean walk(long tcp, int end) {
        int at = Transport.TCP_HEADER;
        while (at < end) {
            int kind = Mem.getU8(tcp + at);
            if (kind == END) {
                return true;
            }
            if (kind == NOP) {
                at++;
                continue;
            }
            if (at + 1 >= end) {
                return false;
            }
            int length = Mem.getU8(tcp + at + 1);
            if (length < 2 || at + length > end) {
                return false;
            }
            if (kind == TIMESTAMPS) {
                if (length != TIMESTAMPS_LENGTH || timestamps != 0) {
                    return false;
                }
                timestamps = at + 2;
            } else if (kind == SACK && !isSack(at, length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private boolean isSack(int at, int length) {
        int blocks = (length - 2) / BLOCK;
        if (sack != 0 || blocks == 0 || blocks > MAX_BLOCKS || length != 2 + blocks * BLOCK) {
            return false;
        }
        sack = at + 2;
        sackBlocks = blocks;
        return true;
    }
}
