package io.weir.perf.line;

import io.weir.perf.Cores;
import io.weir.perf.contender.Contender;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The same load through every contender: as fast as it goes, at half of what each delivered, and at a rate common to all.
 * Contenders take turns, round after round, since the machine's speed changes; what counts is the median of the rounds, and
 * of two contenders the median of the rounds' ratios.
 *
 * @param cores who works where
 * @param flows of the traffic
 * @param frameSize bytes with the check sequence
 * @param warm before the first measurement of each contender
 * @param duration of each measurement
 * @param rounds how often each contender has its turn, at least 1
 * @param commonRate frames a second; 0: half of the least that a contender delivered in the first round, from the second on
 * @param floodFromKernel whether what comes as fast as it goes is made by XDP inside the kernel
 */
public record VethBench(
        Cores cores,
        int flows,
        int frameSize,
        Duration warm,
        Duration duration,
        int rounds,
        double commonRate,
        boolean floodFromKernel) {
    private static final String THROUGHPUT = "throughput";
    private static final String HALF = "half";
    private static final String COMMON = "common";
    private static final double NOTHING_LOST = 0.01;

    /** What a contender did in its turns. */
    private record Record(Trials floods, Trials halves, Trials commons, List<RuntimeException> failures) {
        Record() {
            this(new Trials(), new Trials(), new Trials(), new ArrayList<>());
        }
    }

    /** Measures all. */
    public void measure(List<Contender> contenders, Consumer<Row> rows, Progress progress) {
        Map<Contender, Record> records = new LinkedHashMap<>();
        for (Contender contender : contenders) {
            Optional<String> lacking = contender.lacking();
            if (lacking.isPresent()) {
                rows.accept(Row.skipped(THROUGHPUT, contender.label(), lacking.get()));
            } else {
                records.put(contender, new Record());
            }
        }
        double common = commonRate;
        int turns = commonRate > 0 ? rounds : rounds + 1; // the first only finds the common rate
        for (int round = 0; round < turns; round++) {
            for (Map.Entry<Contender, Record> entry : records.entrySet()) {
                turn(entry.getKey(), entry.getValue(), round, common, progress);
            }
            if (common <= 0) {
                common = records.values().stream()
                                .filter(record -> record.floods.count() > 0)
                                .mapToDouble(record -> record.floods.median(Trial::rate))
                                .min()
                                .orElse(0)
                        / 2;
            }
        }
        report(records, common, rows);
    }

    private void turn(Contender contender, Record record, int round, double common, Progress progress) {
        progress.step("veth: round %d, %s", round + 1, contender.label());
        try (VethLine line = VethLine.open(contender, cores, flows, floodFromKernel)) {
            if (warm.isPositive()) {
                line.send(Load.flood(frameSize, warm));
            }
            Trial flood = line.send(Load.flood(frameSize, duration));
            record.floods.add(round, line.hasOwnCore() ? flood : flood.withoutCore());
            if (flood.rate() > 0) {
                record.halves.add(round, line.send(Load.at(frameSize, flood.rate() / 2, duration)));
            }
            if (common > 0) {
                record.commons.add(round, line.send(Load.at(frameSize, common, duration)));
            }
        } catch (RuntimeException e) {
            record.failures.add(e);
        }
    }

    private void report(Map<Contender, Record> records, double common, Consumer<Row> rows) {
        records.forEach((contender, record) -> {
            record.failures.forEach(failure -> rows.accept(Row.failed(THROUGHPUT, contender.label(), failure)));
            if (record.floods.count() > 0) {
                rows.accept(flood(contender, record.floods));
            }
        });
        records.forEach((contender, record) -> {
            if (record.halves.count() > 0) {
                rows.accept(fixed(contender, HALF, record.halves, record.halves.median(Trial::offered)));
            }
        });
        records.forEach((contender, record) -> {
            if (record.commons.count() > 0) {
                rows.accept(fixed(contender, COMMON, record.commons, common));
            }
        });
        ratios(records, rows);
    }

    private Row flood(Contender contender, Trials floods) {
        RowBuilder row = Row.of(THROUGHPUT, contender.label())
                .with("frame", frameSize)
                .metric("offered", floods.median(Trial::offered) / 1e6, "Mpps")
                .metric("delivered", floods.median(Trial::rate) / 1e6, "Mpps")
                .metric("worst", floods.least(Trial::rate) / 1e6, "Mpps")
                .metric("best", floods.most(Trial::rate) / 1e6, "Mpps")
                .metric("loss", 100 * floods.median(Trial::loss), "%");
        double cpu = floods.median(Trial::coreNanosPerFrame);
        if (Double.isNaN(cpu)) {
            row.note("no processor time: its work is done on cores that others use too");
        } else {
            row.metric("cpu", cpu, "ns/packet");
        }
        if (floods.median(Trial::loss) < NOTHING_LOST) {
            row.note("delivered all that was offered: the generator's core was the limit, not the contender");
        }
        return row.note(contender.where(cores.balancer())).build();
    }

    private Row fixed(Contender contender, String test, Trials trials, double rate) {
        RowBuilder row = Row.of(test, contender.label())
                .with("frame", frameSize)
                .with("rate", Math.round(rate))
                .metric("loss", 100 * trials.median(Trial::loss), "%");
        return LatencyCurve.add(row, trials.typical(trial -> trial.micros(99)))
                .metric("p99, best round", trials.least(trial -> trial.micros(99)), "us")
                .metric("p99, worst round", trials.most(trial -> trial.micros(99)), "us")
                .build();
    }

    private static void ratios(Map<Contender, Record> records, Consumer<Row> rows) {
        records.forEach((one, its) -> records.forEach((other, others) -> {
            if (Contenders.isComparable(one, other)) {
                rows.accept(Row.of("ratio", one.label() + " / " + other.label())
                        .metric("delivered", its.floods.ratio(others.floods, Trial::rate), "")
                        .metric("p50 at half load", its.halves.ratio(others.halves, trial -> trial.micros(50)), "")
                        .metric("p99 at half load", its.halves.ratio(others.halves, trial -> trial.micros(99)), "")
                        .metric("p50 at the common rate", its.commons.ratio(others.commons, t -> t.micros(50)), "")
                        .metric("p99 at the common rate", its.commons.ratio(others.commons, t -> t.micros(99)), "")
                        .build());
            }
        }));
    }
}
