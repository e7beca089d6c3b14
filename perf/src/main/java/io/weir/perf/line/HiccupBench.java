package io.weir.perf.line;

import io.weir.appliance.bed.WorkDirectory;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import io.weir.engine.counters.CountersReader.CycleTimes;
import io.weir.engine.counters.LongCycles;
import io.weir.engine.counters.LongCycles.Cycle;
import io.weir.perf.Cores;
import io.weir.perf.OwnJava;
import io.weir.perf.contender.Weir;
import io.weir.perf.contender.WeirNode;
import io.weir.perf.hiccup.Attribution;
import io.weir.perf.hiccup.Attribution.Finding;
import io.weir.perf.hiccup.CoreSharers;
import io.weir.perf.hiccup.HiccupRows;
import io.weir.perf.hiccup.JvmLog;
import io.weir.perf.hiccup.ObservedNode;
import io.weir.perf.hiccup.Samples;
import io.weir.perf.pktgen.Generator;
import io.weir.perf.pktgen.GeneratorDriver;
import io.weir.perf.pktgen.GeneratorOptions;
import io.weir.perf.pktgen.GeneratorResult;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Row;
import io.weir.perf.sink.Sink;
import io.weir.perf.sink.SinkSnapshot;
import io.weir.perf.thread.MeasuredThread;
import io.weir.perf.traffic.Rate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Watches a node under steady traffic: which of its worker's cycles were long, and whose fault that was.
 *
 * @param cores who works where
 * @param flows of the traffic
 * @param frameSize bytes with the check sequence
 * @param warm before it is watched
 * @param duration for which it is watched
 * @param wantedRate frames a second; 0: half of what the node delivers of a flood
 * @param javaOptions for the node's JVM
 */
public record HiccupBench(
        Cores cores,
        int flows,
        int frameSize,
        Duration warm,
        Duration duration,
        double wantedRate,
        List<String> javaOptions) {
    private static final Duration FLOOD = Duration.ofSeconds(3);
    private static final long LOOK_NS = 10_000_000;
    private static final long READ_NS = 200_000_000;
    private static final long START_SECONDS = 90;
    private static final long STOP_MS = 60_000;

    /** What was seen, but for what the node's files say. */
    private record Watched(
            List<Cycle> cycles,
            long missed,
            List<CycleTimes> seconds,
            List<String> sharers,
            List<CoreSharers.Turn> turns,
            long busyCycles) {}

    /** Measures. */
    public void measure(String driver, Consumer<Row> rows, Progress progress) {
        Weir weir = new Weir(driver);
        try {
            double rate = wantedRate;
            if (rate == 0) {
                progress.step("hiccups: %s, what it takes", weir.label());
                try (VethLine line = VethLine.open(weir, cores, flows, false)) {
                    line.send(Load.flood(frameSize, FLOOD));
                    rate = line.send(Load.flood(frameSize, FLOOD)).rate() / 2;
                }
            }
            progress.step("hiccups: %s, %,.0f frames/s for %d s", weir.label(), rate, duration.toSeconds());
            watch(weir, rate, rows);
        } catch (RuntimeException | IOException e) {
            rows.accept(Row.failed(HiccupRows.CYCLES, weir.label(), e));
        }
    }

    private void watch(Weir weir, double rate, Consumer<Row> rows) throws IOException {
        try (WorkDirectory files = WorkDirectory.create("weir-hiccups-");
                LineBed bed = LineBed.create()) {
            Path log = files.resolve("jvm.log");
            Path samples = files.resolve("samples");
            Sink sink = bed.sink(cores.server());
            WeirNode node = bed.own(WeirNode.start(
                    bed.site(cores.balancer()), weir.driver(), WeirNode.CAPACITY, directory -> command(log, samples)));
            Generator generator = new Generator(GeneratorOptions.of(LineBed.DEVICE, LineBed.traffic(flows, frameSize))
                    .in(bed.client().file())
                    .withDriver(GeneratorDriver.AF_XDP)
                    .withRate(Rate.packets(rate))
                    .until(0, warm.plus(duration).plusSeconds(1))
                    .withThreads(1, List.of(cores.client()))
                    .withYields(cores.client() == cores.server())
                    .withLinger(Duration.ZERO));
            GeneratorResult[] sent = new GeneratorResult[1];
            MeasuredThread sending =
                    new MeasuredThread("hiccups-send", null, cores.client(), () -> sent[0] = generator.run());
            bed.own(() -> {
                generator.stop();
                sending.join(STOP_MS);
            });
            sending.start();
            LockSupport.parkNanos(warm.toNanos());
            sink.reset();
            Watched[] watched = new Watched[1];
            long begun = System.nanoTime();
            MeasuredThread watching =
                    new MeasuredThread("hiccups-watch", null, cores.client(), () -> watched[0] = look(node));
            watching.start().finish(duration.toMillis() + STOP_MS);
            long ended = System.nanoTime();
            SinkSnapshot seen = sink.snapshot();
            generator.stop();
            sending.finish(STOP_MS);
            node.close(); // its log is complete then
            report(weir, rate, new Span(begun, ended), watched[0], seen, log, samples, rows);
        }
    }

    /** From when to when. */
    private record Span(long begunNs, long endedNs) {}

    private void report(
            Weir weir, double rate, Span span, Watched w, SinkSnapshot seen, Path log, Path file, Consumer<Row> rows)
            throws IOException {
        List<JvmLog.Event> events = JvmLog.read(log).stream()
                .filter(event -> event.endNs() >= span.begunNs && event.beginNs() <= span.endedNs)
                .toList();
        List<Samples.Sample> samples;
        try (Samples all = Samples.open(file)) {
            samples = all.read().stream()
                    .filter(sample -> sample.timeNs() >= span.begunNs && sample.timeNs() <= span.endedNs)
                    .toList();
        }
        List<Finding> findings = new Attribution(events, samples, w.turns).of(w.cycles);
        HiccupRows out = new HiccupRows(weir.label(), rate, span.begunNs, span.endedNs);
        rows.accept(out.cycles(w.seconds, w.busyCycles, w.missed, findings, seen));
        out.causes(findings).forEach(rows);
        out.stops(events).forEach(rows);
        out.scheduling(samples, w.sharers).forEach(rows);
        out.longest(findings).forEach(rows);
    }

    private List<String> command(Path log, Path samples) {
        List<String> options = new ArrayList<>(JvmLog.options(log));
        long seconds = START_SECONDS + warm.plus(duration).toSeconds();
        options.add("-D%s=%s".formatted(ObservedNode.FILE, samples));
        options.add("-D%s=%d".formatted(ObservedNode.ROOM, seconds * 1000));
        options.add("-D%s=%d".formatted(ObservedNode.CORE, cores.client()));
        options.addAll(javaOptions);
        return OwnJava.node(options, ObservedNode.class);
    }

    private Watched look(WeirNode node) {
        List<Cycle> cycles = new ArrayList<>();
        List<CycleTimes> seconds = new ArrayList<>();
        try (CountersReader reader = CountersReader.open(node.counters());
                CoreSharers sharers = new CoreSharers(node.pid(), cores.balancer())) {
            LongCycles ring = reader.longCycles(0);
            long next = ring.count();
            long missed = 0;
            long busy = reader.get(0, Counter.CYCLES_BUSY);
            long begun = System.nanoTime();
            long read = begun;
            for (long now = begun; now - begun < duration.toNanos(); now = System.nanoTime()) {
                LockSupport.parkNanos(LOOK_NS);
                sharers.look();
                if (now - read >= READ_NS) {
                    read = now;
                    for (Cycle cycle : ring.since(next)) {
                        missed += cycle.number() - next;
                        next = cycle.number() + 1;
                        cycles.add(cycle);
                    }
                    CycleTimes times = reader.cycleTimes(0);
                    if (seconds.isEmpty() || !seconds.getLast().equals(times)) {
                        seconds.add(times);
                    }
                }
            }
            return new Watched(
                    cycles,
                    missed,
                    seconds,
                    sharers.names(),
                    sharers.turns(),
                    reader.get(0, Counter.CYCLES_BUSY) - busy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
