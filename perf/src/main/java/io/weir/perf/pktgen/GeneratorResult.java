package io.weir.perf.pktgen;

import io.weir.perf.device.DeviceCounters;
import io.weir.perf.sink.Received;
import io.weir.perf.thread.ThreadUsage;
import java.util.List;

/**
 * A run's outcome.
 *
 * @param driver that was used
 * @param notes what was chosen and why, for people
 * @param sent frames that the driver took
 * @param opening frames among these that opened flows before the run proper began
 * @param bytes of these frames, without their check sequences
 * @param dropped frames that the device refused after the driver had taken them; part of {@code sent}
 * @param stalls how often the driver had no room and the sender waited
 * @param nanos from the first frame to the last
 * @param worstLateNs by how much the latest frame missed its schedule
 * @param seconds the run, second by second
 * @param receiveDrops answers that the kernel dropped because the sending threads were too slow to take them
 * @param received answers, or null when the driver cannot receive
 * @param connections what became of TCP connections, or null
 * @param threads what the sending threads used
 * @param device what the kernel counted of the device meanwhile
 */
public record GeneratorResult(
        GeneratorDriver driver,
        List<String> notes,
        long sent,
        long opening,
        long bytes,
        long dropped,
        long stalls,
        long nanos,
        long worstLateNs,
        List<Second> seconds,
        long receiveDrops,
        Received received,
        Connections connections,
        List<ThreadUsage> threads,
        DeviceCounters device) {
    private static final double NANOS = 1e9;
    private static final int FCS = 4;

    /** Frames a second, those left out that opened flows. */
    public double rate() {
        return nanos <= 0 ? 0 : (sent - opening) * NANOS / nanos;
    }

    /** Bits a second, check sequences included. */
    public double bitRate() {
        return bytesPerFrame() * 8 * rate();
    }

    private double bytesPerFrame() {
        return sent == 0 ? 0 : (double) bytes / sent + FCS;
    }

    /** Frames that left: taken and not refused by the device. */
    public long transmitted() {
        return sent - dropped;
    }
}
