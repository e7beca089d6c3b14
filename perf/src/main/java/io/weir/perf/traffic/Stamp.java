package io.weir.perf.traffic;

import io.weir.bindings.Mem;

/**
 * What a stamped frame carries in the first bytes of its payload, in network byte order.
 *
 * <pre>
 *  0        2        6            10                16       18
 * +--------+--------+------------+-----------------+--------+
 * | magic  | tag    | sequence   | time sent, ns   | late   |
 * +--------+--------+------------+-----------------+--------+
 *  tag:  | per flow:1 | stream:5 | flow:26 |
 *  late: | exponent:5 | mantissa:11 |
 * </pre>
 *
 * <p>It fits into the shortest UDP frame over IPv4. The time is the low 48 bits of {@link System#nanoTime}, which on
 * Linux is the machine's monotonic clock, the same for every process. <i>Late</i> is how much later than scheduled the
 * frame was sent, rounded down to eleven significant binary digits. The sequence counts from 0, within the flow or within
 * the stream (all frames of one sending thread), as the tag's first bit says.
 */
public final class Stamp {
    /** Bytes. */
    public static final int LENGTH = 18;

    /** Streams at most. */
    public static final int STREAMS = 32;

    /** The sequence is the flow's own. */
    public static final int PER_FLOW = 1 << 31;

    private static final int MAGIC = 0x57e1;
    /** Offset of the tag. */
    public static final int TAG = 2;

    /** Offset of the sequence. */
    public static final int SEQUENCE = 6;

    /** Offset of the time. */
    public static final int TIME = 10;

    private static final int LATE = 16;

    private static final int STREAM_SHIFT = 26;
    private static final int FLOW_MASK = (1 << STREAM_SHIFT) - 1;
    private static final int MANTISSA = 11;
    private static final int MANTISSA_MASK = (1 << MANTISSA) - 1;
    private static final long TIME_MASK = 0xffff_ffff_ffffL;

    private Stamp() {}

    /** The first two bytes. */
    public static int magic() {
        return MAGIC;
    }

    /** A tag without its flow. */
    public static int tag(int stream, boolean perFlow) {
        return stream << STREAM_SHIFT | (perFlow ? PER_FLOW : 0);
    }

    /**
     * Writes one over zeros.
     *
     * @param at address
     * @param tag {@link #tag} and flow
     * @param sequence from 0
     * @param sentNs now
     * @param late as {@link #encodeLate} returns it
     * @return the sum of its 16-bit words, by which the checksum's sum grows
     */
    public static long write(long at, int tag, int sequence, long sentNs, int late) {
        int timeHigh = (int) (sentNs >>> 32) & 0xffff;
        int timeLow = (int) sentNs;
        Mem.putU16Be(at, MAGIC);
        Mem.putIntBe(at + TAG, tag);
        Mem.putIntBe(at + SEQUENCE, sequence);
        Mem.putU16Be(at + TIME, timeHigh);
        Mem.putIntBe(at + TIME + 2, timeLow);
        Mem.putU16Be(at + LATE, late);
        return MAGIC + words(tag) + words(sequence) + timeHigh + words(timeLow) + late;
    }

    /** The sum of the two halves of a word. */
    static long words(int word) {
        return (word >>> 16) + (word & 0xffffL);
    }

    /** Whether a payload of at least {@link #LENGTH} bytes begins with a stamp. */
    public static boolean isPresent(long at) {
        return Mem.getU16Be(at) == MAGIC;
    }

    /** Whether the sequence is the flow's own. */
    public static boolean isPerFlow(long at) {
        return Mem.getIntBe(at + TAG) < 0;
    }

    public static int flow(long at) {
        return Mem.getIntBe(at + TAG) & FLOW_MASK;
    }

    public static int stream(long at) {
        return Mem.getIntBe(at + TAG) >>> STREAM_SHIFT & STREAMS - 1;
    }

    public static int sequence(long at) {
        return Mem.getIntBe(at + SEQUENCE);
    }

    /** Nanoseconds since the frame was sent. */
    public static long age(long at, long nowNs) {
        return nowNs - (Mem.getLongBe(at + TIME) >>> 16) & TIME_MASK;
    }

    /** Nanoseconds by which the frame was sent later than scheduled. */
    public static long late(long at) {
        return decodeLate(Mem.getU16Be(at + LATE));
    }

    /** Packs a duration, at most 2³¹ times 2047 ns, into 16 bits. */
    public static int encodeLate(long nanos) {
        if (nanos <= MANTISSA_MASK) {
            return (int) Math.max(0, nanos);
        }
        int exponent = Long.SIZE - MANTISSA - Long.numberOfLeadingZeros(nanos);
        return exponent << MANTISSA | (int) (nanos >>> exponent);
    }

    static long decodeLate(int late) {
        return (long) (late & MANTISSA_MASK) << (late >>> MANTISSA);
    }
}
