package io.weir.perf.report;

import java.util.List;

/** A picture of results; drawn as SVG that needs nothing else. Colours are classes {@code s0}…{@code s7} of the page. */
public sealed interface Plot {
    /** Colours that the page has. */
    int COLOURS = 8;

    /** What it shows, with the unit. */
    String title();

    /** The {@code svg} element. */
    String svg();

    /**
     * Horizontal bars.
     *
     * @param title what it shows, with the unit
     * @param bars from top to bottom
     */
    record Bars(String title, List<Bar> bars) implements Plot {
        @Override
        public String svg() {
            return BarDrawing.draw(this);
        }
    }

    /**
     * A bar.
     *
     * @param group heading above it when it differs from the bar before; may be empty
     * @param label at its left
     * @param parts what it is put together from
     * @param text at its end
     */
    record Bar(String group, String label, List<Part> parts, String text) {
        /** Its length. */
        double value() {
            return parts.stream().mapToDouble(Part::value).sum();
        }
    }

    /**
     * A piece of a bar.
     *
     * @param name in the legend
     * @param value its length
     * @param colour its colour's number
     */
    record Part(String name, double value, int colour) {}

    /**
     * Lines over axes.
     *
     * @param title what it shows
     * @param x the horizontal axis
     * @param y the vertical axis
     * @param series the lines
     */
    record Lines(String title, Axis x, Axis y, List<Series> series) implements Plot {
        @Override
        public String svg() {
            return LineDrawing.draw(this);
        }
    }

    /**
     * A line.
     *
     * @param name in the legend
     * @param colour its colour's number
     * @param dashed for what was computed instead of measured
     * @param x abscissae
     * @param y ordinates
     */
    record Series(String name, int colour, boolean dashed, List<Double> x, List<Double> y) {}

    /**
     * An axis.
     *
     * @param label name and unit
     * @param scale how values become lengths
     */
    record Axis(String label, Scale scale) {}
}
