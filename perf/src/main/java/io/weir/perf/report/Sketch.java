package io.weir.perf.report;

import io.weir.perf.report.Plot.Axis;
import io.weir.perf.report.Plot.Bar;
import io.weir.perf.report.Plot.Bars;
import io.weir.perf.report.Plot.Lines;
import io.weir.perf.report.Plot.Part;
import io.weir.perf.report.Plot.Series;
import io.weir.perf.result.Curve;
import io.weir.perf.result.Quantity;
import io.weir.perf.result.Row;
import io.weir.perf.result.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes a plot out of a run, if the run has what it shows. */
@FunctionalInterface
interface Sketch {
    /** The plot; empty when no row has the data. */
    Optional<Plot> of(Run run);

    /** The same of some contenders alone. */
    default Sketch only(List<String> contenders) {
        return run -> of(new Run(
                run.benchmark(),
                run.command(),
                run.started(),
                run.machine(),
                run.notes(),
                run.rows().stream()
                        .filter(row -> contenders.contains(row.contender()))
                        .toList()));
    }

    /** What a row is called among rows of a case: the contender and the parameters that differ between rows. */
    private static Function<Row, String> label(List<Row> rows) {
        List<String> varying = rows.stream()
                .flatMap(row -> row.parameters().keySet().stream())
                .distinct()
                .filter(name -> rows.stream()
                                .map(row -> row.parameters().getOrDefault(name, ""))
                                .distinct()
                                .count()
                        > 1)
                .toList();
        return row -> row.contender()
                + varying.stream()
                        .filter(row.parameters()::containsKey)
                        .map(name -> ", " + name + " " + row.parameters().get(name))
                        .collect(Collectors.joining());
    }

    /** A metric of the rows of a case as bars, a heading for each value of a parameter. */
    static Sketch bars(String title, String test, String metric, String groupBy) {
        return run -> {
            List<Row> rows = run.rows().stream()
                    .filter(row -> test.isEmpty() || row.test().equals(test))
                    .filter(row -> row.metrics().containsKey(metric))
                    .toList();
            Map<String, Integer> colours = new LinkedHashMap<>();
            rows.forEach(row -> colours.putIfAbsent(row.contender(), colours.size() % Plot.COLOURS));
            List<Bar> bars = new ArrayList<>();
            for (Row row : rows) {
                Quantity quantity = row.metrics().get(metric);
                String group = groupBy.isEmpty() ? "" : row.parameters().getOrDefault(groupBy, "");
                bars.add(new Bar(
                        group.isEmpty() ? "" : groupBy + " " + group,
                        test.isEmpty() ? caseOf(row) : row.contender(),
                        List.of(new Part(metric, quantity.value(), test.isEmpty() ? 0 : colours.get(row.contender()))),
                        quantity.text() + " " + quantity.unit()));
            }
            return bars.isEmpty() ? Optional.empty() : Optional.of(new Bars(title, bars));
        };
    }

    private static String caseOf(Row row) {
        return (row.test() + " " + String.join(" ", row.parameters().values())).strip();
    }

    /** Several metrics of each row as the parts of a bar. */
    static Sketch stack(String title, String test, List<String> metrics) {
        return run -> {
            List<Row> rows = run.rows(test).stream()
                    .filter(row -> row.metrics().keySet().containsAll(metrics))
                    .toList();
            Function<Row, String> label = label(rows);
            List<Bar> bars = new ArrayList<>();
            for (Row row : rows) {
                List<Part> parts = new ArrayList<>();
                for (String metric : metrics) {
                    parts.add(new Part(metric, row.metrics().get(metric).value(), parts.size() % Plot.COLOURS));
                }
                double sum = parts.stream().mapToDouble(Part::value).sum();
                String unit = row.metrics().get(metrics.getFirst()).unit();
                bars.add(new Bar("", label.apply(row), parts, new Quantity(sum, unit).text() + " " + unit));
            }
            return bars.isEmpty() ? Optional.empty() : Optional.of(new Bars(title, bars));
        };
    }

    /** A curve of each row of a case. */
    static Sketch curves(String title, String test, String curve, Scale xScale, Scale yScale) {
        return run -> {
            List<Row> rows = run.rows(test).stream()
                    .filter(row -> row.curves().stream().anyMatch(c -> c.name().equals(curve)))
                    .toList();
            Function<Row, String> label = label(rows);
            List<Series> series = new ArrayList<>();
            Curve last = null;
            for (Row row : rows) {
                for (Curve c : row.curves()) {
                    if (c.name().equals(curve)) {
                        last = c;
                        series.add(new Series(
                                label.apply(row),
                                series.size() % Plot.COLOURS,
                                false,
                                c.points().stream().map(Curve.Point::x).toList(),
                                c.points().stream().map(Curve.Point::y).toList()));
                    }
                }
            }
            return last == null
                    ? Optional.empty()
                    : Optional.of(new Lines(title, new Axis(last.x(), xScale), new Axis(last.y(), yScale), series));
        };
    }

    /** A metric over a parameter, a line for each contender and value of another parameter; dashed where it is a model's. */
    static Sketch lines(String title, String test, Axis x, String parameter, Axis y, String metric, String seriesBy) {
        return run -> {
            Map<String, List<Row>> groups = new LinkedHashMap<>();
            for (Row row : run.rows(test)) {
                if (row.metrics().containsKey(metric) && row.parameters().containsKey(parameter)) {
                    String by = row.parameters().getOrDefault(seriesBy, "");
                    groups.computeIfAbsent(
                                    row.contender() + (by.isEmpty() ? "" : ", " + seriesBy + " " + by),
                                    key -> new ArrayList<>())
                            .add(row);
                }
            }
            List<Series> series = new ArrayList<>();
            Map<String, Integer> colours = new LinkedHashMap<>();
            groups.forEach((name, rows) -> {
                String by = rows.getFirst().parameters().getOrDefault(seriesBy, name);
                Integer colour = colours.putIfAbsent(by, colours.size() % Plot.COLOURS);
                series.add(new Series(
                        name,
                        colour == null ? colours.get(by) : colour,
                        rows.getFirst().contender().equals("model"),
                        rows.stream()
                                .map(row -> Double.valueOf(row.parameters().get(parameter)))
                                .toList(),
                        rows.stream()
                                .map(row -> row.metrics().get(metric).value())
                                .toList()));
            });
            return series.isEmpty() ? Optional.empty() : Optional.of(new Lines(title, x, y, series));
        };
    }
}
