package io.weir.perf.pktgen;

/**
 * What happened in one second of a run, or in what was left of the last.
 *
 * @param number from 1
 * @param nanos that it lasted
 * @param sent frames
 * @param bits of these frames with their check sequences
 * @param received answers
 */
public record Second(int number, long nanos, long sent, long bits, long received) {
    private static final double NANOS = 1e9;

    /** Frames a second. */
    public double rate() {
        return nanos <= 0 ? 0 : sent * NANOS / nanos;
    }

    /** Bits a second. */
    public double bitRate() {
        return nanos <= 0 ? 0 : bits * NANOS / nanos;
    }

    /** Answers a second. */
    public double receiveRate() {
        return nanos <= 0 ? 0 : received * NANOS / nanos;
    }
}
