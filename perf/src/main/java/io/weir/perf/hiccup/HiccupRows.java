package io.weir.perf.hiccup;

import io.weir.engine.counters.CountersReader.CycleTimes;
import io.weir.perf.hiccup.Attribution.Cause;
import io.weir.perf.hiccup.Attribution.Finding;
import io.weir.perf.hiccup.JvmLog.Event;
import io.weir.perf.hiccup.Samples.Sample;
import io.weir.perf.result.Curve;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import io.weir.perf.sink.SinkSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * What was seen of one node, as rows.
 *
 * @param contender its label
 * @param rate frames a second that were offered
 * @param begunNs from when on it was watched
 * @param endedNs until when
 */
public record HiccupRows(String contender, double rate, long begunNs, long endedNs) {
    /** The case that has all others beside it. */
    public static final String CYCLES = "cycles";

    private static final long MILLISECOND = 1_000_000;
    private static final int LISTED = 12;

    /** All cycles. */
    public Row cycles(List<CycleTimes> seconds, long busy, long missed, List<Finding> findings, SinkSnapshot seen) {
        double watched = (endedNs - begunNs) / 1e9;
        Histogram latency = seen.received().latency().corrected();
        RowBuilder row = Row.of(CYCLES, contender)
                .with("rate", Math.round(rate))
                .with("seconds", Math.round(watched))
                .metric("delivered", (seen.frames() + seen.kernelDrops()) / watched / 1e3, "kpps")
                .metric("busy cycles", busy / watched / 1e3, "1000/s")
                .metric("p50", median(seconds, CycleTimes::p50) / 1e3, "us")
                .metric("p99", median(seconds, CycleTimes::p99) / 1e3, "us")
                .metric("p99.9", median(seconds, CycleTimes::p999) / 1e3, "us")
                .metric("longest", longest(seconds, findings) / 1e3, "us")
                .metric("0.5 ms and more", findings.size() + missed, "")
                .metric("1 ms and more", count(findings, false), "")
                .metric("1 ms and more, by the JVM", count(findings, true), "")
                .metric("latency p99", latency.getValueAtPercentile(99) / 1e3, "us")
                .metric("latency max", latency.getMaxValue() / 1e3, "us")
                .curve(overTime(seconds));
        if (missed > 0) {
            row.note("%d long cycles came too fast to be read, and have no cause".formatted(missed));
        }
        return row.build();
    }

    private static double median(List<CycleTimes> seconds, ToLongFunction<CycleTimes> value) {
        long[] sorted = seconds.stream().mapToLong(value).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    private static double longest(List<CycleTimes> seconds, List<Finding> findings) {
        long busy = seconds.stream().mapToLong(CycleTimes::max).max().orElse(0);
        return Math.max(
                busy,
                findings.stream()
                        .mapToLong(finding -> finding.cycle().lengthNs())
                        .max()
                        .orElse(0));
    }

    private static long count(List<Finding> findings, boolean jvmOnly) {
        return findings.stream()
                .filter(finding -> finding.cycle().lengthNs() >= MILLISECOND)
                .filter(finding -> !jvmOnly || finding.cause().isJvm())
                .count();
    }

    private static Curve overTime(List<CycleTimes> seconds) {
        List<Curve.Point> points = new ArrayList<>();
        for (CycleTimes second : seconds) {
            points.add(new Curve.Point(points.size(), second.max() / 1e3));
        }
        return new Curve("longest", "seconds", "longest busy cycle [us]", points);
    }

    /** What made cycles long. */
    public List<Row> causes(List<Finding> findings) {
        Map<Cause, List<Finding>> byCause = new EnumMap<>(Cause.class);
        for (Cause cause : Cause.values()) {
            byCause.put(cause, new ArrayList<>());
        }
        findings.forEach(finding -> byCause.get(finding.cause()).add(finding));
        List<Row> rows = new ArrayList<>();
        byCause.forEach((cause, found) -> rows.add(Row.of("long cycles", cause.label())
                .with("by", cause.isJvm() ? "the JVM" : "others")
                .metric("0.5 ms and more", found.size(), "")
                .metric("1 ms and more", count(found, false), "")
                .metric(
                        "longest",
                        found.stream()
                                        .mapToLong(finding -> finding.cycle().lengthNs())
                                        .max()
                                        .orElse(0)
                                / 1e3,
                        "us")
                .build()));
        return rows;
    }

    /** What the JVM did, by operation. */
    public List<Row> stops(List<Event> events) {
        Map<String, List<Event>> byName = new TreeMap<>();
        for (Event event : events) {
            String what = event.kind().name().toLowerCase(Locale.ROOT);
            String name = event.kind() == JvmLog.Kind.DEOPTIMISATION ? what : what + " " + event.name();
            byName.computeIfAbsent(name, key -> new ArrayList<>()).add(event);
        }
        List<Row> rows = new ArrayList<>();
        byName.forEach((name, all) -> rows.add(Row.of("in the JVM", name)
                .metric("times", all.size(), "")
                .metric("reaching, longest", longest(all, Event::reachingNs), "us")
                .metric("longest", longest(all, Event::lengthNs), "us")
                .metric("together", all.stream().mapToLong(Event::lengthNs).sum() / 1e6, "ms")
                .build()));
        return rows;
    }

    private static double longest(List<Event> events, ToLongFunction<Event> value) {
        return events.stream().mapToLong(value).max().orElse(0) / 1e3;
    }

    /** What the scheduler did to the worker, and by how much the thread that looked was late. */
    public List<Row> scheduling(List<Sample> samples, List<String> sharers) {
        if (samples.size() < 2) {
            return List.of();
        }
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        double wall = last.timeNs() - first.timeNs();
        long ran = last.cpuNs() - first.cpuNs();
        long waited = last.waitedNs() - first.waitedNs();
        Histogram late = new Histogram(60_000_000_000L, 3);
        samples.forEach(sample -> late.recordValue(Math.max(1, sample.oversleptNs())));
        RowBuilder row = Row.of("the worker's core", contender)
                .metric("on it", 100 * ran / wall, "%")
                .metric("waited for it", 100 * waited / wall, "%")
                .metric("neither", 100 * Math.max(0, wall - ran - waited) / wall, "%")
                .metric("taken from it", last.turns() - first.turns(), "times")
                .metric("other threads of the node allowed on it", sharers.size(), "");
        if (!sharers.isEmpty()) {
            row.note("allowed on the worker's core: " + String.join(", ", sharers));
        }
        return List.of(
                row.build(),
                Row.of("thread beside the worker", contender)
                        .metric("late, p50", late.getValueAtPercentile(50) / 1e3, "us")
                        .metric("late, p99", late.getValueAtPercentile(99) / 1e3, "us")
                        .metric("late, p99.9", late.getValueAtPercentile(99.9) / 1e3, "us")
                        .metric("late, most", late.getMaxValue() / 1e3, "us")
                        .build());
    }

    /** The longest cycles. */
    public List<Row> longest(List<Finding> findings) {
        return findings.stream()
                .sorted(Comparator.comparingLong(
                        (Finding finding) -> -finding.cycle().lengthNs()))
                .limit(LISTED)
                .map(finding -> Row.of("longest", finding.cause().label())
                        .with("what", finding.detail())
                        .metric("after", (finding.cycle().beginNs() - begunNs) / 1e9, "s")
                        .metric("length", finding.cycle().lengthNs() / 1e3, "us")
                        .metric("stopped", finding.stoppedNs() / 1e3, "us")
                        .metric("waited", finding.waitedNs() / 1e3, "us")
                        .metric("stolen", finding.stolenNs() / 1e3, "us")
                        .build())
                .toList();
    }
}
