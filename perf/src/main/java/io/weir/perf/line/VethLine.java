package io.weir.perf.line;

import io.weir.perf.CoreTime;
import io.weir.perf.Cores;
import io.weir.perf.contender.Contender;
import io.weir.perf.device.OpenDevice;
import io.weir.perf.pktgen.Generator;
import io.weir.perf.pktgen.GeneratorDriver;
import io.weir.perf.pktgen.GeneratorOptions;
import io.weir.perf.pktgen.GeneratorResult;
import io.weir.perf.sink.Sink;
import io.weir.perf.traffic.Rate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * A contender in a {@link LineBed}, with generator and sink at its ends. A flood is counted by
 * the far side's driver and goes no further, so that no receiver is what is measured; anything else is received.
 */
public final class VethLine implements Line, AutoCloseable {
    private static final long QUIET_NS = 100_000_000;
    private static final long SETTLE_NS = 2_000_000_000;

    private final LineBed bed;
    private final Contender.Running running;
    private final Sink sink;
    private final Cores cores;
    private final int flows;
    private final boolean floodFromKernel;

    private VethLine(
            LineBed bed, Contender.Running running, Sink sink, Cores cores, int flows, boolean floodFromKernel) {
        this.bed = bed;
        this.running = running;
        this.sink = sink;
        this.cores = cores;
        this.flows = flows;
        this.floodFromKernel = floodFromKernel;
    }

    /**
     * Builds it.
     *
     * @param contender between the ends
     * @param cores who works where
     * @param flows of the traffic
     * @param floodFromKernel whether loads without rate and number are made by XDP inside the kernel, which is faster;
     *     what has a rate or a number comes from this process, which knows when each frame was due
     */
    public static VethLine open(Contender contender, Cores cores, int flows, boolean floodFromKernel) {
        LineBed bed = LineBed.create();
        try {
            Sink sink = bed.sink(cores.server());
            if (floodFromKernel && !contender.usesXdp()) {
                bed.acceptFramesFromXdp();
            }
            Contender.Running running = bed.own(contender.start(bed.site(cores.balancer())));
            return new VethLine(bed, running, sink, cores, flows, floodFromKernel);
        } catch (RuntimeException | Error e) {
            bed.close();
            throw e;
        }
    }

    /** Whether the contender's core does nothing else. */
    public boolean hasOwnCore() {
        return running.hasOwnCore() && cores.balancer() != cores.client() && cores.balancer() != cores.server();
    }

    @Override
    public Trial send(Load load) {
        if (load.rate() > 0 || load.frames() > 0) {
            return sendAndReceive(load);
        }
        OpenDevice far = sink.device();
        far.count(true);
        try {
            return measure(load, far::counted, () -> new Histogram(1));
        } finally {
            far.count(false);
        }
    }

    private Trial sendAndReceive(Load load) {
        sink.reset();
        return measure(
                load, sink::arrived, () -> sink.snapshot().received().latency().corrected());
    }

    private Trial measure(Load load, LongSupplier arrived, Supplier<Histogram> latency) {
        CoreTime before = CoreTime.read();
        GeneratorResult sent = generator(load).run();
        CoreTime used = CoreTime.read().since(before);
        settle(arrived);
        double seconds = sent.nanos() / 1e9;
        return new Trial(
                sent.transmitted(),
                arrived.getAsLong(),
                seconds,
                latency.get(),
                Math.min(seconds, used.busySeconds(cores.balancer())));
    }

    private Generator generator(Load load) {
        return new Generator(GeneratorOptions.of(LineBed.DEVICE, LineBed.traffic(flows, load.frameSize()))
                .in(bed.client().file())
                .withDriver(
                        floodFromKernel && load.rate() == 0 && load.frames() == 0
                                ? GeneratorDriver.XDP
                                : GeneratorDriver.AF_XDP)
                .withRate(load.rate() > 0 ? Rate.packets(load.rate()) : Rate.MAX)
                .until(load.frames(), load.duration())
                .withThreads(1, List.of(cores.client()))
                .withYields(load.rate() > 0 && cores.client() == cores.server())
                .withLinger(Duration.ZERO));
    }

    /** Until nothing has come for a while. */
    private void settle(LongSupplier count) {
        long begin = System.nanoTime();
        long last = begin;
        long frames = count.getAsLong();
        long now = begin;
        while (now - last < QUIET_NS && now - begin < SETTLE_NS) {
            LockSupport.parkNanos(10_000_000);
            now = System.nanoTime();
            long seen = count.getAsLong();
            if (seen != frames) {
                frames = seen;
                last = now;
            }
        }
    }

    @Override
    public void close() {
        bed.close();
    }
}
