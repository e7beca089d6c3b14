package io.weir.perf.sink;

import io.weir.perf.thread.ThreadUsage;
import java.util.List;

/**
 * What a {@link Sink} has counted since it started or was reset.
 *
 * @param nanos since then
 * @param received what came
 * @param answered frames sent back
 * @param refused answers for which the transmit ring had no room
 * @param kernelDrops frames that the kernel dropped because this side was too slow
 * @param sendDrops answers that the device refused
 * @param threads what the receiving threads have used since they were started
 */
public record SinkSnapshot(
        long nanos,
        Received received,
        long answered,
        long refused,
        long kernelDrops,
        long sendDrops,
        List<ThreadUsage> threads) {
    /** Frames received. */
    public long frames() {
        return received.frames();
    }
}
