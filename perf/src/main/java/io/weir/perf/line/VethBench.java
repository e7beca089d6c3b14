package io.weir.perf.line;

import io.weir.perf.Cores;
import io.weir.perf.contender.Contender;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * The same load through every contender: as fast as it goes, at half of what each delivered, and at a rate common to all.
 *
 * @param cores who works where
 * @param flows of the traffic
 * @param frameSize bytes with the check sequence
 * @param warm before the first measurement of each contender
 * @param duration of each measurement
 * @param commonRate frames a second; 0: half of the least that a contender delivered
 * @param floodFromKernel whether what comes as fast as it goes is made by XDP inside the kernel
 */
public record VethBench(
        Cores cores,
        int flows,
        int frameSize,
        Duration warm,
        Duration duration,
        double commonRate,
        boolean floodFromKernel) {
    private static final String THROUGHPUT = "throughput";
    private static final String HALF = "half";
    private static final String COMMON = "common";
    private static final double NOTHING_LOST = 0.01;

    /** Measures all. */
    public void measure(List<Contender> contenders, Consumer<Row> rows, Progress progress) {
        Map<Contender, Trial> floods = new LinkedHashMap<>();
        Map<Contender, Trial> commons = new LinkedHashMap<>();
        for (Contender contender : contenders) {
            Optional<String> lacking = contender.lacking();
            if (lacking.isPresent()) {
                rows.accept(Row.skipped(THROUGHPUT, contender.label(), lacking.get()));
                continue;
            }
            try (VethLine line = open(contender, progress)) {
                floods.put(contender, flood(line, contender, rows, progress));
                double half = floods.get(contender).rate() / 2;
                if (half > 0) {
                    fixed(line, contender, HALF, half, rows, progress);
                }
                if (commonRate > 0) {
                    commons.put(contender, fixed(line, contender, COMMON, commonRate, rows, progress));
                }
            } catch (RuntimeException e) {
                rows.accept(Row.failed(THROUGHPUT, contender.label(), e));
            }
        }
        double rate = floods.values().stream().mapToDouble(Trial::rate).min().orElse(0) / 2;
        for (Contender contender : floods.keySet()) {
            if (rate > 0 && commonRate == 0) {
                try (VethLine line = open(contender, progress)) {
                    commons.put(contender, fixed(line, contender, COMMON, rate, rows, progress));
                } catch (RuntimeException e) {
                    rows.accept(Row.failed(COMMON, contender.label(), e));
                }
            }
        }
        ratios(floods, commons, rows);
    }

    private VethLine open(Contender contender, Progress progress) {
        progress.step("veth: starting %s", contender.label());
        VethLine line = VethLine.open(contender, cores, flows, floodFromKernel);
        if (warm.isPositive()) {
            line.send(Load.flood(frameSize, warm));
        }
        return line;
    }

    private Trial flood(VethLine line, Contender contender, Consumer<Row> rows, Progress progress) {
        progress.step("veth: %s, as fast as it goes", contender.label());
        Trial trial = line.send(Load.flood(frameSize, duration));
        RowBuilder row = Row.of(THROUGHPUT, contender.label())
                .with("frame", frameSize)
                .metric("offered", trial.offered() / 1e6, "Mpps")
                .metric("delivered", trial.rate() / 1e6, "Mpps")
                .metric("loss", 100 * trial.loss(), "%")
                .metric("sink lost", trial.sent() == 0 ? 0 : 100.0 * trial.sinkLost() / trial.sent(), "%");
        if (line.hasOwnCore() && trial.delivered() > 0) {
            row.metric("cpu", trial.coreSeconds() * 1e9 / trial.delivered(), "ns/packet");
        } else {
            row.note("no processor time: its work is done on cores that others use too");
        }
        if (trial.loss() < NOTHING_LOST) {
            row.note("delivered all that was offered: the generator's core was the limit, not the contender");
        }
        rows.accept(row.note(contender.where(cores.balancer())).build());
        return trial;
    }

    private Trial fixed(
            VethLine line, Contender contender, String test, double rate, Consumer<Row> rows, Progress progress) {
        progress.step("veth: %s, %s, %,.0f frames/s", contender.label(), test, rate);
        Trial trial = line.send(Load.at(frameSize, rate, duration));
        RowBuilder row = Row.of(test, contender.label())
                .with("frame", frameSize)
                .with("rate", Math.round(rate))
                .metric("loss", 100 * trial.loss(), "%");
        rows.accept(LatencyCurve.add(row, trial).build());
        return trial;
    }

    private static void ratios(Map<Contender, Trial> floods, Map<Contender, Trial> commons, Consumer<Row> rows) {
        for (Contender one : floods.keySet()) {
            for (Contender other : floods.keySet()) {
                if (Contenders.isComparable(one, other)) {
                    RowBuilder row = Row.of("ratio", one.label() + " / " + other.label())
                            .metric("delivered", ratio(floods, one, other, Trial::rate), "");
                    row.metric("p50 at the common rate", ratio(commons, one, other, trial -> trial.micros(50)), "")
                            .metric(
                                    "p99 at the common rate",
                                    ratio(commons, one, other, trial -> trial.micros(99)),
                                    "");
                    rows.accept(row.build());
                }
            }
        }
    }

    private static double ratio(
            Map<Contender, Trial> trials, Contender one, Contender other, ToDoubleFunction<Trial> value) {
        OptionalDouble above = value(trials, one, value);
        OptionalDouble below = value(trials, other, value);
        return above.isPresent() && below.isPresent() ? above.getAsDouble() / below.getAsDouble() : Double.NaN;
    }

    private static OptionalDouble value(
            Map<Contender, Trial> trials, Contender contender, ToDoubleFunction<Trial> value) {
        Trial trial = trials.get(contender);
        return trial == null ? OptionalDouble.empty() : OptionalDouble.of(value.applyAsDouble(trial));
    }
}
