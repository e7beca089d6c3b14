package io.weir.perf;

import io.weir.bindings.CpuAffinity;
import io.weir.perf.pipeline.ScalingBench;
import io.weir.perf.pipeline.ScalingModel;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench scaling}: more workers. */
@Command(
        name = "scaling",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Throughput of several workers between memory ports, with and without frames that cross from one"
                + " worker to another; measured up to this machine's cores, computed by a model beyond.")
final class ScalingCommand extends Measurement {
    private static final String TEST = "scaling";

    @Option(
            names = "--workers",
            split = ",",
            paramLabel = "N",
            description = "Numbers of workers to measure, each on a core of its own; default: 1, 2, 4 … all cores.")
    private List<Integer> workers = List.of();

    @Option(
            names = "--hand-off",
            split = ",",
            paramLabel = "PERCENT",
            defaultValue = "0,25,50,75,100",
            description = "Shares of the frames that arrive at the wrong worker.")
    private List<Integer> shares;

    @Option(names = "--flows", paramLabel = "N", defaultValue = "10000", description = "Established flows a worker.")
    private int flows;

    @Option(
            names = "--model",
            paramLabel = "CORES",
            defaultValue = "64",
            description = "How far the model goes; 0: none.")
    private int model;

    @Option(names = "--quick", description = "Few rounds.")
    private boolean quick;

    @Override
    void measure(Recorder recorder, Progress progress) {
        int[] cores = CpuAffinity.online().stream().toArray();
        List<Integer> counts = workers.isEmpty() ? ScalingModel.powersUpTo(cores.length) : workers;
        check(cores.length, counts);
        recorder.note(
                "frames of both directions, %,d flows a worker, each worker with its own generator on its own core, full"
                                .formatted(flows)
                        + " bursts on both ports; only duty cycles that found frames are timed; throughput is the sum over workers; median over rounds; no frame was lost");
        recorder.note(
                "rows of the contender model are computed, not measured: see the note on the model below the table");
        ScalingBench bench = new ScalingBench(flows, quick ? 201 : 2001, Duration.ofMillis(1500));
        List<ScalingModel.Point> points = new ArrayList<>();
        double single = 0;
        for (int count : counts) {
            for (int share : count == 1 ? List.of(0) : shares) {
                progress.step("scaling: %d workers, %d %% handed off", count, share);
                List<Integer> used = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    used.add(cores[i]);
                }
                ScalingBench.Result result = bench.run(used, share);
                single = count == 1 ? result.packetsPerSecond() : single;
                points.add(new ScalingModel.Point(count, share, result.nanosPerPacket()));
                recorder.accept(row("measured", count, share, result.nanosPerPacket(), single)
                        .build());
            }
        }
        if (model > 0) {
            extend(recorder, progress, bench, cores[cores.length - 1], points, single);
        }
    }

    private void check(int cores, List<Integer> counts) {
        for (int count : counts) {
            if (count < 1 || count > cores) {
                throw new IllegalArgumentException(
                        "--workers %d: 1 to %d would be right, as there are so many cores".formatted(count, cores));
            }
        }
        for (int share : shares) {
            if (share < 0 || share > 100) {
                throw new IllegalArgumentException("--hand-off %d: 0 to 100 would be right".formatted(share));
            }
        }
        if (flows < 16 || flows > 1_000_000 || model < 0 || model > 64) {
            throw new IllegalArgumentException("--flows 16 to 1000000 and --model 0 to 64 would be right");
        }
    }

    private void extend(
            Recorder recorder,
            Progress progress,
            ScalingBench bench,
            int core,
            List<ScalingModel.Point> points,
            double single) {
        Map<Integer, Double> polling = new LinkedHashMap<>();
        for (int count : ScalingModel.powersUpTo(model)) {
            progress.step("scaling: one of %d workers, the others idle", count);
            polling.put(count, bench.runOneOf(count, core).nanosPerPacket());
            recorder.accept(Row.of("one runs, the others idle", "measured")
                    .with("workers", count)
                    .metric("packet", polling.get(count), "ns")
                    .build());
        }
        ScalingModel extended = new ScalingModel(polling, points);
        double alone = single > 0 ? single : 1e9 / extended.nanos(1, 0);
        boolean first = true;
        for (int share : shares) {
            for (int count : ScalingModel.powersUpTo(model)) {
                if (count == 1 && share > 0) {
                    continue;
                }
                RowBuilder row = row("model", count, share, extended.nanos(count, share), alone)
                        .metric("time in system at 50 %", extended.sojourn(count, share, 0.5) / 1e3, "us")
                        .metric("time in system at 90 %", extended.sojourn(count, share, 0.9) / 1e3, "us");
                if (first) {
                    row.note(explanation(extended, points));
                    first = false;
                }
                recorder.accept(row.build());
            }
        }
    }

    private static String explanation(ScalingModel model, List<ScalingModel.Point> points) {
        boolean fitted = points.stream().anyMatch(p -> p.workers() > 1);
        return ("a packet costs P(N)(1 + s(N - 1)) + f H ns: P(N) measured with one of N workers running (table above),"
                        + " H = %.1f ns for a hand-off, s = %.4f for contention with each further core, both fitted to the"
                        + " measured rows%s; waiting by M/G/1 with single Poisson arrivals, load spread evenly; nothing"
                        + " here knows of NICs, memory channels or a second socket")
                .formatted(
                        model.handOff(),
                        model.contention(),
                        fitted ? "" : " (none with more than one worker: both are guesses of 0)");
    }

    private static RowBuilder row(String contender, int count, int share, double nanos, double single) {
        double throughput = count * 1e9 / nanos;
        return Row.of(TEST, contender)
                .with("workers", count)
                .with("hand-off", share)
                .metric("packet", nanos, "ns")
                .metric("throughput", throughput / 1e6, "Mpps")
                .metric("of ideal", single > 0 ? 100 * throughput / (single * count) : Double.NaN, "%");
    }
}
