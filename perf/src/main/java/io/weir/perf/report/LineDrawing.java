package io.weir.perf.report;

import io.weir.perf.report.Plot.Axis;
import io.weir.perf.report.Plot.Lines;
import io.weir.perf.report.Plot.Series;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** Draws {@link Lines}. */
final class LineDrawing {
    private static final int WIDTH = 760;
    private static final int LEFT = 70;
    private static final int RIGHT = 210;
    private static final int TOP = 12;
    private static final int HEIGHT = 320;
    private static final int BOTTOM = 44;
    private static final int LINE = 17;

    private final Lines plot;
    private final Span x;
    private final Span y;
    private final Markup body = new Markup();

    /** An axis over the values that occur. */
    private record Span(Axis axis, double from, double to, double start, double length) {
        static Span of(Axis axis, Lines plot, Function<Series, List<Double>> values, double start, double length) {
            double low = all(plot, values).min().orElse(0);
            double high = all(plot, values).max().orElse(1);
            double from = axis.scale().low(low);
            return new Span(axis, from, high > from ? high : from + 1, start, length);
        }

        private static DoubleStream all(Lines plot, Function<Series, List<Double>> values) {
            return plot.series().stream()
                    .flatMap(series -> values.apply(series).stream())
                    .mapToDouble(Double::doubleValue);
        }

        double at(double value) {
            Scale scale = axis.scale();
            double begin = scale.place(from);
            return start + length * (scale.place(value) - begin) / (scale.place(to) - begin);
        }

        List<Double> marks() {
            return axis.scale().marks(from, to);
        }
    }

    private LineDrawing(Lines plot) {
        this.plot = plot;
        this.x = Span.of(plot.x(), plot, Series::x, LEFT, WIDTH - LEFT - RIGHT);
        this.y = Span.of(plot.y(), plot, Series::y, HEIGHT - BOTTOM, -(HEIGHT - BOTTOM - TOP));
    }

    static String draw(Lines plot) {
        LineDrawing drawing = new LineDrawing(plot);
        drawing.axes();
        int place = 0;
        for (Series series : plot.series()) {
            drawing.series(series);
            drawing.legend(series, place++);
        }
        int height = Math.max(HEIGHT, TOP + LINE * (place + 1));
        return new Markup()
                .open(
                        "svg",
                        "xmlns",
                        "http://www.w3.org/2000/svg",
                        "viewBox",
                        "0 0 %d %d".formatted(WIDTH, height),
                        "role",
                        "img")
                .leaf("title", plot.title())
                .raw(drawing.body.toString())
                .close("svg")
                .toString();
    }

    private void axes() {
        double right = WIDTH - RIGHT;
        double foot = HEIGHT - BOTTOM;
        for (double mark : x.marks()) {
            body.empty("line", "x1", x.at(mark), "y1", (double) TOP, "x2", x.at(mark), "y2", foot, "class", "grid");
            body.leaf("text", mark(mark), "x", x.at(mark), "y", foot + 15, "class", "mid");
        }
        for (double mark : y.marks()) {
            body.empty("line", "x1", (double) LEFT, "y1", y.at(mark), "x2", right, "y2", y.at(mark), "class", "grid");
            body.leaf("text", mark(mark), "x", LEFT - 6, "y", y.at(mark) + 4, "class", "end");
        }
        body.leaf("text", plot.x().label(), "x", (LEFT + right) / 2, "y", foot + 34, "class", "mid");
        body.leaf(
                "text", plot.y().label(), "x", -(TOP + foot) / 2, "y", 14, "class", "mid", "transform", "rotate(-90)");
    }

    private void series(Series series) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < series.x().size(); i++) {
            points.append(Markup.number(x.at(series.x().get(i)))).append(',');
            points.append(Markup.number(y.at(series.y().get(i)))).append(' ');
        }
        body.empty("polyline", "points", points.toString().strip(), "class", style(series));
        if (series.x().size() <= 16 && !series.dashed()) {
            for (int i = 0; i < series.x().size(); i++) {
                double px = series.x().get(i);
                double py = series.y().get(i);
                body.open("circle", "cx", x.at(px), "cy", y.at(py), "r", 3, "class", "f s" + series.colour())
                        .leaf("title", "%s: %s, %s".formatted(series.name(), mark(px), mark(py)))
                        .close("circle");
            }
        }
    }

    private void legend(Series series, int place) {
        double left = WIDTH - RIGHT + 14;
        double at = TOP + 8 + place * LINE;
        body.empty("line", "x1", left, "y1", at - 4, "x2", left + 18, "y2", at - 4, "class", style(series));
        body.leaf("text", series.name(), "x", left + 24, "y", at);
    }

    private static String style(Series series) {
        return "l s" + series.colour() + (series.dashed() ? " dash" : "");
    }

    /** A value as short as it can be. */
    static String mark(double value) {
        double size = Math.abs(value);
        if (size >= 1e6) {
            return trim(value / 1e6, 2) + "M";
        }
        if (size >= 1e4) {
            return trim(value / 1e3, 1) + "k";
        }
        if (size != 0 && size < 1e-3) {
            return String.format(Locale.ROOT, "%.0e", value);
        }
        return trim(value, 3);
    }

    private static String trim(double value, int digits) {
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
