package io.weir.perf.rfc2544;

import io.weir.perf.line.LatencyCurve;
import io.weir.perf.line.Line;
import io.weir.perf.line.Load;
import io.weir.perf.line.Trial;
import io.weir.perf.result.Curve;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Throughput, latency, frame loss and back-to-back bursts of one contender for several frame sizes.
 *
 * @param contender its name
 * @param limits how thoroughly
 * @param rows takes what comes out
 * @param progress for people who wait
 */
public record Rfc2544(String contender, Limits limits, Consumer<Row> rows, Progress progress) {
    private static final List<Integer> LATENCY_AT = List.of(50, 90);
    private static final int QUIET_TRIALS = 2;

    /** All tests of one frame size. */
    public void run(Line line, int frameSize) {
        progress.step("rfc2544: %s, frames of %d bytes, throughput", contender, frameSize);
        Throughput found = Throughput.search(line, frameSize, limits);
        RowBuilder row = row("throughput", frameSize)
                .metric("throughput", found.rate() / 1e6, "Mpps")
                .metric("bits", found.rate() * frameSize * 8 / 1e6, "Mbit/s")
                .metric(
                        "loss",
                        found.best() == null ? Double.NaN : 100 * found.best().loss(),
                        "%")
                .metric("generator", found.generatorRate() / 1e6, "Mpps")
                .metric("trials", found.trials(), "");
        if (found.generatorLimited()) {
            row.note("%d bytes: everything that the generator could send was forwarded: the limit is the generator's"
                    .formatted(frameSize));
        }
        if (found.best() == null) {
            row.note("%d bytes: even the lowest rate tried lost more than allowed".formatted(frameSize));
        }
        rows.accept(row.build());
        if (found.rate() > 0) {
            latency(line, frameSize, found.rate());
        }
        loss(line, frameSize, found.generatorRate());
        bursts(line, frameSize, found.generatorRate());
    }

    private RowBuilder row(String test, int frameSize) {
        return Row.of(test, contender).with("frame", frameSize);
    }

    private void latency(Line line, int frameSize, double throughput) {
        for (int percent : LATENCY_AT) {
            progress.step("rfc2544: %s, frames of %d bytes, latency at %d %%", contender, frameSize, percent);
            Trial trial = line.send(Load.at(frameSize, throughput * percent / 100, limits.trial()));
            RowBuilder row = row("latency", frameSize)
                    .with("load", percent + " %")
                    .metric("rate", trial.offered() / 1e6, "Mpps")
                    .metric("loss", 100 * trial.loss(), "%");
            rows.accept(LatencyCurve.add(row, trial).build());
        }
    }

    /** From the highest rate down in steps of a tenth, until two trials in a row lose nothing (§26.3). */
    private void loss(Line line, int frameSize, double highest) {
        List<Curve.Point> points = new ArrayList<>();
        RowBuilder row = row("loss", frameSize);
        int quiet = 0;
        for (int percent = 100; percent > 0; percent -= 10) {
            double loss = 0;
            if (quiet < QUIET_TRIALS) {
                progress.step("rfc2544: %s, frames of %d bytes, loss at %d %%", contender, frameSize, percent);
                loss = line.send(Load.at(frameSize, highest * percent / 100, limits.trial()))
                        .loss();
                quiet = loss == 0 ? quiet + 1 : 0;
            }
            points.addFirst(new Curve.Point(highest * percent / 100 / 1e6, 100 * loss));
            row.metric("at " + percent + " %", 100 * loss, "%");
        }
        row.curve(new Curve("loss", "offered [million frames/s]", "loss [%]", points));
        rows.accept(
                row.note("of the rate that the generator reaches; below two rates in a row without loss none is tried")
                        .build());
    }

    private void bursts(Line line, int frameSize, double highest) {
        progress.step("rfc2544: %s, frames of %d bytes, bursts", contender, frameSize);
        long most = Math.max(1, Math.round(highest * limits.longestBurst()));
        BackToBack found = BackToBack.search(line, frameSize, most, limits);
        RowBuilder row = row("back-to-back", frameSize)
                .metric("burst", found.frames(), "frames")
                .metric("shortest", found.shortest(), "frames")
                .metric("longest", found.longest(), "frames");
        if (found.limited()) {
            row.note("%d bytes: a burst of %s s, the longest tried, was forwarded whole"
                    .formatted(frameSize, limits.longestBurst()));
        }
        rows.accept(row.build());
    }
}
