package io.weir.perf.result;

import java.util.Locale;

/**
 * A measured number.
 *
 * @param value finite
 * @param unit for example {@code 1/s}, {@code us}; empty for a plain number
 */
public record Quantity(double value, String unit) {
    /** Checks that it is a number. */
    public Quantity {
        unit = unit == null ? "" : unit;
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("%s %s is no measured number".formatted(value, unit));
        }
    }

    /** The value for people: three or four digits that matter, thousands apart. */
    public String text() {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        if (Math.abs(size - Math.rint(size)) < 1e-9 * size) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        if (size < 0.001) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
