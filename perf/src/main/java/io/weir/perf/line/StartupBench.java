package io.weir.perf.line;

import io.weir.perf.Cores;
import io.weir.perf.OwnJava;
import io.weir.perf.contender.Weir;
import io.weir.perf.contender.WeirNode;
import io.weir.perf.device.OpenDevice;
import io.weir.perf.pktgen.Generator;
import io.weir.perf.pktgen.GeneratorDriver;
import io.weir.perf.pktgen.GeneratorOptions;
import io.weir.perf.pktgen.GeneratorResult;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import io.weir.perf.thread.MeasuredThread;
import io.weir.perf.traffic.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Starts a node, and sends as much as it can take, once warm, from the moment on at which it says that it is ready.
 *
 * @param cores who works where
 * @param flows of the traffic
 * @param frameSize bytes with the check sequence
 * @param runs starts of each node
 * @param wantedRate frames a second; 0: what the node delivers of a flood once it is warm
 * @param capacity connections for which the node has room
 * @param javaOptions for the node's JVM
 */
public record StartupBench(
        Cores cores, int flows, int frameSize, int runs, double wantedRate, String capacity, List<String> javaOptions) {
    private static final String START = "start";
    private static final Duration WARM = Duration.ofSeconds(3);
    private static final Duration FLOOD = Duration.ofSeconds(2);
    private static final Duration TRAFFIC = Duration.ofSeconds(6);
    private static final double STEADY_FROM = 4;
    private static final long WINDOW_NS = 100_000_000;
    private static final int WINDOWS = 60;
    private static final long START_MS = 60_000;

    /** Measures. */
    public void measure(String driver, Consumer<Row> rows, Progress progress) {
        Weir weir = new Weir(driver);
        try {
            double rate = wantedRate;
            if (rate == 0) {
                progress.step("startup: %s, what it takes once warm", weir.label());
                rate = steadyRate(weir);
            }
            List<StartupTrial> trials = new ArrayList<>();
            for (int run = 1; run <= runs; run++) {
                progress.step("startup: %s, start %d of %d, %,.0f frames/s", weir.label(), run, runs, rate);
                StartupTrial trial = trial(driver, rate);
                trials.add(trial);
                rows.accept(row(START, weir, trial).with("run", run).build());
            }
            if (runs > 1) {
                rows.accept(worst(weir, trials));
            }
        } catch (RuntimeException e) {
            rows.accept(Row.failed(START, weir.label(), e));
        }
    }

    private double steadyRate(Weir weir) {
        try (VethLine line = VethLine.open(weir, cores, flows, false)) {
            line.send(Load.flood(frameSize, WARM));
            return line.send(Load.flood(frameSize, FLOOD)).rate();
        }
    }

    private StartupTrial trial(String driver, double rate) {
        try (LineBed bed = LineBed.create()) {
            new Generator(generator(bed, rate, Duration.ofSeconds(1))).run(); // this JVM's code is not what is measured
            // no receiver is on the cores that the node's compilers need
            OpenDevice far = bed.counter();
            CountDownLatch isReady = new CountDownLatch(1);
            Generator generator = new Generator(generator(bed, rate, TRAFFIC)).waitingFor(() -> await(isReady));
            GeneratorResult[] result = new GeneratorResult[1];
            List<StartupTrial.Window> windows = new ArrayList<>();
            long[] begun = new long[1];
            MeasuredThread sending =
                    new MeasuredThread("startup-send", null, cores.client(), () -> result[0] = generator.run());
            MeasuredThread watching = new MeasuredThread("startup-watch", null, cores.client(), () -> {
                await(isReady);
                begun[0] = watch(far, windows);
            });
            bed.own(
                    () -> { // also when the node does not start
                        isReady.countDown();
                        generator.stop();
                        sending.join(START_MS);
                    });
            sending.start();
            watching.start();
            WeirNode node = bed.own(WeirNode.start(
                    bed.site(cores.balancer()),
                    driver,
                    capacity,
                    directory -> WeirNode.launcher(javaOptions)
                            .orElseGet(() -> OwnJava.node(javaOptions, io.weir.appliance.Weir.class))));
            isReady.countDown();
            sending.finish(START_MS);
            watching.finish(START_MS);
            return new StartupTrial(
                    (node.readyNs() - node.startedNs()) / 1e9,
                    (begun[0] - node.readyNs()) / 1e9,
                    result[0].transmitted() / (result[0].nanos() / 1e9),
                    node.residentBytes(),
                    windows);
        }
    }

    private GeneratorOptions generator(LineBed bed, double rate, Duration duration) {
        return GeneratorOptions.of(LineBed.DEVICE, LineBed.traffic(flows, frameSize))
                .in(bed.client().file())
                .withDriver(GeneratorDriver.AF_XDP)
                .withRate(Rate.packets(rate))
                .until(0, duration)
                .withThreads(1, List.of(cores.client()))
                .withYields(cores.client() == cores.server())
                .withLinger(Duration.ZERO);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts in windows what arrives, from the first frame on; returns when that was. */
    private static long watch(OpenDevice far, List<StartupTrial.Window> windows) {
        long deadline = System.nanoTime() + START_MS * 1_000_000;
        while (far.counted() == 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(200_000);
        }
        long begun = System.nanoTime();
        long from = begun;
        long frames = 0;
        for (int i = 1; i < WINDOWS; i++) {
            long until = begun + i * WINDOW_NS;
            for (long left = until - from; left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            long now = System.nanoTime();
            long seen = far.counted();
            windows.add(new StartupTrial.Window((from - begun) / 1e9, (now - begun) / 1e9, seen - frames));
            from = now;
            frames = seen;
        }
        return begun;
    }

    private RowBuilder row(String test, Weir weir, StartupTrial trial) {
        double first = trial.rate(0, 1);
        double steady = trial.rate(STEADY_FROM, Double.MAX_VALUE);
        return Row.of(test, weir.label())
                .metric("ready", trial.readySeconds(), "s")
                .metric("first frame after", 1e3 * trial.begunSeconds(), "ms")
                .metric("offered", trial.offered() / 1e3, "kpps")
                .metric("first 100 ms", trial.rate(0, 0.1) / 1e3, "kpps")
                .metric("first second", first / 1e3, "kpps")
                .metric("second second", trial.rate(1, 2) / 1e3, "kpps")
                .metric("third second", trial.rate(2, 3) / 1e3, "kpps")
                .metric("steady", steady / 1e3, "kpps")
                .metric("first second of steady", 100 * first / steady, "%")
                .metric("resident", trial.residentBytes() / 1048576.0, "MiB")
                .curve(trial.curve());
    }

    private static Row worst(Weir weir, List<StartupTrial> trials) {
        ToDoubleFunction<StartupTrial> ratio =
                trial -> 100 * trial.rate(0, 1) / trial.rate(STEADY_FROM, Double.MAX_VALUE);
        return Row.of("all starts", weir.label())
                .with("runs", trials.size())
                .metric("ready, median", median(trials, StartupTrial::readySeconds), "s")
                .metric(
                        "ready, longest",
                        trials.stream()
                                .mapToDouble(StartupTrial::readySeconds)
                                .max()
                                .orElse(Double.NaN),
                        "s")
                .metric("first second of steady, median", median(trials, ratio), "%")
                .metric(
                        "first second of steady, least",
                        trials.stream().mapToDouble(ratio).min().orElse(Double.NaN),
                        "%")
                .build();
    }

    private static double median(List<StartupTrial> trials, ToDoubleFunction<StartupTrial> value) {
        List<Double> sorted =
                new ArrayList<>(trials.stream().map(value::applyAsDouble).toList());
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
