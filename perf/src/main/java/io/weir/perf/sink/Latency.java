package io.weir.perf.sink;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/**
 * Latencies in nanoseconds.
 *
 * @param raw from when each frame was sent
 * @param corrected from when it was scheduled to be sent: without coordinated omission
 */
public record Latency(Histogram raw, Histogram corrected) {
    private static final double NANOS_A_MICROSECOND = 1000.0;
    private static final int TICKS = 5;

    /** Nothing recorded. */
    static Latency empty() {
        return new Latency(LatencyRecorder.histogram(), LatencyRecorder.histogram());
    }

    /** Frames that were measured. */
    public long count() {
        return raw.getTotalCount();
    }

    /**
     * Writes the corrected distribution as {@code hdrplot} reads it, in microseconds.
     *
     * @param file usually named {@code ….hgrm}
     */
    public void write(Path file) throws IOException {
        write(corrected, file);
    }

    /** Writes the uncorrected distribution. */
    public void writeRaw(Path file) throws IOException {
        write(raw, file);
    }

    private static void write(Histogram histogram, Path file) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file))) {
            histogram.outputPercentileDistribution(out, TICKS, NANOS_A_MICROSECOND);
        }
    }
}
