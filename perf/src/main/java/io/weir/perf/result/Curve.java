package io.weir.perf.result;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of points that belongs to a row: the percentiles of a latency, for instance.
 *
 * @param name what it shows
 * @param x name and unit of the abscissa
 * @param y name and unit of the ordinate
 * @param points from left to right
 */
public record Curve(String name, String x, String y, List<Point> points) {
    /** One point. */
    public record Point(double x, double y) {}

    /** Copies the points. */
    public Curve {
        points = List.copyOf(points);
    }

    /** A curve of two arrays of the same length. */
    public static Curve of(String name, String x, String y, double[] xs, double[] ys) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < xs.length; i++) {
            points.add(new Point(xs[i], ys[i]));
        }
        return new Curve(name, x, y, points);
    }
}
