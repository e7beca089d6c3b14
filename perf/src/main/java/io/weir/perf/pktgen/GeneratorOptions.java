package io.weir.perf.pktgen;

import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Rate;
import io.weir.perf.traffic.Stamp;
import io.weir.perf.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link Generator} sends, from where, how fast and for how long. Every run ends.
 *
 * @param namespace the file of the device's network namespace, or null
 * @param device its name there
 * @param driver how frames leave
 * @param traffic what is sent
 * @param rate of all threads together
 * @param count frames at most (connections for {@link Protocol#TCP_CONNECTIONS}); 0: as many as the duration allows
 * @param duration at most
 * @param threads how many send
 * @param cores that they are pinned to, in order; empty: unpinned
 * @param ringSize entries of each ring, a power of two
 * @param stamp whether frames are stamped, where there is room
 * @param linger how long, after the last frame, another answer is waited for
 * @param seed of random choices
 * @param yields whether a thread sleeps a moment whenever no frame is due, because somebody else needs its core; else it
 *     spins, and is in time
 */
public record GeneratorOptions(
        Path namespace,
        String device,
        GeneratorDriver driver,
        Traffic traffic,
        Rate rate,
        long count,
        Duration duration,
        int threads,
        List<Integer> cores,
        int ringSize,
        boolean stamp,
        Duration linger,
        long seed,
        boolean yields) {
    /** The longest run. */
    public static final Duration MAX_DURATION = Duration.ofHours(1);

    private static final Duration DEFAULT_DURATION = Duration.ofSeconds(10);
    private static final int RING = 2048;

    /** Checks what can be checked without the device. */
    public GeneratorOptions {
        cores = List.copyOf(cores);
        traffic.requireRoom();
        if (duration.isNegative() || duration.isZero() || duration.compareTo(MAX_DURATION) > 0) {
            throw new IllegalArgumentException(
                    "duration %s; more than 0 and at most %s would be right".formatted(duration, MAX_DURATION));
        }
        if (count < 0) {
            throw new IllegalArgumentException("count %d; 0 or more would be right".formatted(count));
        }
        int limit = traffic.protocol().isStateful() ? 1 : Math.min(Stamp.STREAMS, traffic.flows());
        if (threads < 1 || threads > limit) {
            throw new IllegalArgumentException("%d threads for %d flows of %s; 1 to %d would be right"
                    .formatted(threads, traffic.flows(), traffic.protocol().label(), limit));
        }
        if (!cores.isEmpty() && cores.size() < threads) {
            throw new IllegalArgumentException(
                    "%d threads, cores %s; a core for each would be right".formatted(threads, cores));
        }
        if (traffic.protocol() == Protocol.TCP_CONNECTIONS && rate.unit() == Rate.Unit.BITS) {
            throw new IllegalArgumentException(
                    "rate %s for connections; connections a second or max would be right".formatted(rate));
        }
        if (driver.isInKernel() && traffic.protocol().isStateful()) {
            throw new IllegalArgumentException(
                    "driver %s with %s; the kernel keeps no flow's state: af_xdp or af_packet would be right"
                            .formatted(driver.label(), traffic.protocol().label()));
        }
        if (driver.isInKernel() && traffic.popularity().kind() == Popularity.Kind.ZIPF) {
            throw new IllegalArgumentException("driver %s with popularity %s; turns or uniform would be right"
                    .formatted(driver.label(), traffic.popularity()));
        }
    }

    /** As fast as it goes for ten seconds, by the best driver, from one unpinned thread. */
    public static GeneratorOptions of(String device, Traffic traffic) {
        return new GeneratorOptions(
                null,
                device,
                GeneratorDriver.AUTO,
                traffic,
                Rate.MAX,
                0,
                DEFAULT_DURATION,
                1,
                List.of(),
                RING,
                true,
                Duration.ofMillis(200),
                1,
                false);
    }

    /** The same in a network namespace. */
    public GeneratorOptions in(Path file) {
        return new GeneratorOptions(
                file, device, driver, traffic, rate, count, duration, threads, cores, ringSize, stamp, linger, seed,
                yields);
    }

    /** The same by another driver. */
    public GeneratorOptions withDriver(GeneratorDriver other) {
        return new GeneratorOptions(
                namespace, device, other, traffic, rate, count, duration, threads, cores, ringSize, stamp, linger, seed,
                yields);
    }

    /** The same with other traffic. */
    public GeneratorOptions withTraffic(Traffic other) {
        return new GeneratorOptions(
                namespace, device, driver, other, rate, count, duration, threads, cores, ringSize, stamp, linger, seed,
                yields);
    }

    /** The same at another rate. */
    public GeneratorOptions withRate(Rate other) {
        return new GeneratorOptions(
                namespace, device, driver, traffic, other, count, duration, threads, cores, ringSize, stamp, linger,
                seed, yields);
    }

    /** The same with other ends: whichever is reached first. */
    public GeneratorOptions until(long frames, Duration time) {
        return new GeneratorOptions(
                namespace, device, driver, traffic, rate, frames, time, threads, cores, ringSize, stamp, linger, seed,
                yields);
    }

    /** The same with other threads. */
    public GeneratorOptions withThreads(int number, List<Integer> pinnedTo) {
        return new GeneratorOptions(
                namespace, device, driver, traffic, rate, count, duration, number, pinnedTo, ringSize, stamp, linger,
                seed, yields);
    }

    /** The same with other rings. */
    public GeneratorOptions withRingSize(int entries) {
        return new GeneratorOptions(
                namespace, device, driver, traffic, rate, count, duration, threads, cores, entries, stamp, linger, seed,
                yields);
    }

    /** The same, with stamps or without. */
    public GeneratorOptions withStamp(boolean wanted) {
        return new GeneratorOptions(
                namespace, device, driver, traffic, rate, count, duration, threads, cores, ringSize, wanted, linger,
                seed, yields);
    }

    /** The same, waiting for answers for another time. */
    public GeneratorOptions withLinger(Duration time) {
        return new GeneratorOptions(
                namespace, device, driver, traffic, rate, count, duration, threads, cores, ringSize, stamp, time, seed,
                yields);
    }

    /** The same with other random choices. */
    public GeneratorOptions withSeed(long other) {
        return new GeneratorOptions(
                namespace, device, driver, traffic, rate, count, duration, threads, cores, ringSize, stamp, linger,
                other, yields);
    }

    /** The same, leaving its core to others while nothing is due, or not. */
    public GeneratorOptions withYields(boolean wanted) {
        return new GeneratorOptions(
                namespace, device, driver, traffic, rate, count, duration, threads, cores, ringSize, stamp, linger,
                seed, wanted);
    }
}
