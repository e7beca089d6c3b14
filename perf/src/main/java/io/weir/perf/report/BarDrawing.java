package io.weir.perf.report;

import io.weir.perf.report.Plot.Bar;
import io.weir.perf.report.Plot.Bars;
import io.weir.perf.report.Plot.Part;
import java.util.LinkedHashMap;
import java.util.Map;

/** Draws {@link Bars}. */
final class BarDrawing {
    private static final int WIDTH = 760;
    private static final double LETTER = 6.8;
    private static final int RIGHT = 110;
    private static final int LINE = 22;
    private static final int BAR = 15;

    private BarDrawing() {}

    static String draw(Bars plot) {
        double left = 16
                + LETTER
                        * plot.bars().stream()
                                .mapToInt(bar -> bar.label().length())
                                .max()
                                .orElse(0);
        double longest = plot.bars().stream().mapToDouble(Bar::value).max().orElse(0);
        double scale = longest <= 0 ? 0 : (WIDTH - left - RIGHT) / longest;
        Markup body = new Markup();
        int y = legend(plot, left, body);
        String group = "";
        for (Bar bar : plot.bars()) {
            if (!bar.group().equals(group)) {
                group = bar.group();
                body.leaf("text", group, "x", 0, "y", y + BAR, "class", "group");
                y += LINE;
            }
            body.leaf("text", bar.label(), "x", left - 8, "y", y + BAR - 3, "class", "end");
            double x = left;
            for (Part part : bar.parts()) {
                double width = part.value() * scale;
                body.open("rect", "x", x, "y", y, "width", width, "height", BAR, "class", "f s" + part.colour())
                        .leaf("title", "%s: %s".formatted(part.name(), LineDrawing.mark(part.value())))
                        .close("rect");
                x += width;
            }
            body.leaf("text", bar.text(), "x", x + 6, "y", y + BAR - 3);
            y += LINE;
        }
        return new Markup()
                .open(
                        "svg",
                        "xmlns",
                        "http://www.w3.org/2000/svg",
                        "viewBox",
                        "0 0 %d %d".formatted(WIDTH, y + 4),
                        "role",
                        "img")
                .leaf("title", plot.title())
                .raw(body.toString())
                .close("svg")
                .toString();
    }

    /** One entry for each name of a part, if bars have several. */
    private static int legend(Bars plot, double left, Markup body) {
        if (plot.bars().stream().allMatch(bar -> bar.parts().size() < 2)) {
            return 4;
        }
        Map<String, Integer> colours = new LinkedHashMap<>();
        plot.bars().forEach(bar -> bar.parts().forEach(part -> colours.putIfAbsent(part.name(), part.colour())));
        double x = left;
        for (Map.Entry<String, Integer> entry : colours.entrySet()) {
            body.empty("rect", "x", x, "y", 2, "width", 11, "height", 11, "class", "f s" + entry.getValue());
            body.leaf("text", entry.getKey(), "x", x + 15, "y", 12);
            x += 30 + 7.0 * entry.getKey().length();
        }
        return LINE + 4;
    }
}
