package io.weir.perf.sink;

import io.weir.engine.port.Driver;
import java.nio.file.Path;
import java.util.List;

/**
 * Where and how a {@link Sink} receives.
 *
 * @param namespace the file of the device's network namespace, or null
 * @param device its name there
 * @param driver which one
 * @param answer what it does with what it receives
 * @param threads how many receive
 * @param cores that they are pinned to, in order; empty: unpinned
 * @param ringSize entries of each ring, a power of two
 * @param trackedFlows flows whose sequence can be followed
 * @param verify whether transport checksums are recomputed
 */
public record SinkOptions(
        Path namespace,
        String device,
        Driver driver,
        Answer answer,
        int threads,
        List<Integer> cores,
        int ringSize,
        int trackedFlows,
        boolean verify) {
    /** What is done with a received frame. */
    public enum Answer {
        /** It is counted. */
        NONE,
        /** It is counted and answered: a datagram by itself, TCP by segments without data. */
        REFLECT,
        /** As REFLECT, but the answer to TCP data carries the same data, and so its stamp. */
        ECHO
    }

    private static final int RING = 4096;
    private static final int FLOWS = 1 << 17;

    /** Checks the numbers. */
    public SinkOptions {
        cores = List.copyOf(cores);
        if (threads < 1 || threads > 64) {
            throw new IllegalArgumentException("%d threads; 1 to 64 would be right".formatted(threads));
        }
        if (!cores.isEmpty() && cores.size() < threads) {
            throw new IllegalArgumentException(
                    "%d threads, cores %s; a core for each would be right".formatted(threads, cores));
        }
    }

    /** One unpinned thread that counts, by the best driver. */
    public static SinkOptions on(String device) {
        return new SinkOptions(null, device, Driver.AUTO, Answer.NONE, 1, List.of(), RING, FLOWS, true);
    }

    /** The same in a network namespace. */
    public SinkOptions in(Path file) {
        return new SinkOptions(file, device, driver, answer, threads, cores, ringSize, trackedFlows, verify);
    }

    /** The same by another driver. */
    public SinkOptions withDriver(Driver other) {
        return new SinkOptions(namespace, device, other, answer, threads, cores, ringSize, trackedFlows, verify);
    }

    /** The same, answering. */
    public SinkOptions withAnswer(Answer other) {
        return new SinkOptions(namespace, device, driver, other, threads, cores, ringSize, trackedFlows, verify);
    }

    /** The same with other threads. */
    public SinkOptions withThreads(int number, List<Integer> pinnedTo) {
        return new SinkOptions(namespace, device, driver, answer, number, pinnedTo, ringSize, trackedFlows, verify);
    }

    /** The same with other rings. */
    public SinkOptions withRingSize(int entries) {
        return new SinkOptions(namespace, device, driver, answer, threads, cores, entries, trackedFlows, verify);
    }

    /** The same, following this many flows. */
    public SinkOptions withTrackedFlows(int flows) {
        return new SinkOptions(namespace, device, driver, answer, threads, cores, ringSize, flows, verify);
    }

    /** The same, with or without recomputing checksums. */
    public SinkOptions withVerify(boolean wanted) {
        return new SinkOptions(namespace, device, driver, answer, threads, cores, ringSize, trackedFlows, wanted);
    }
}
