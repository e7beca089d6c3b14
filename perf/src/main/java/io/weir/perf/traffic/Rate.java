package io.weir.perf.traffic;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast to send.
 *
 * @param unit what is counted
 * @param perSecond how many of them; 0 for {@link Unit#MAX}
 */
public record Rate(Unit unit, double perSecond) {
    /** What a rate counts. */
    public enum Unit {
        /** Frames; connections for {@link Protocol#TCP_CONNECTIONS}. */
        PACKETS,
        /** Bits of frames with their check sequence, without preamble and gap. */
        BITS,
        /** Nothing: as fast as it goes. */
        MAX
    }

    /** As fast as it goes. */
    public static final Rate MAX = new Rate(Unit.MAX, 0);

    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)([kmg]?)(pps|bit|bps)?");
    private static final double NANOS = 1e9;

    /** Checks the bounds. */
    public Rate {
        if (unit != Unit.MAX && !(perSecond > 0 && perSecond <= 1e12)) {
            throw new IllegalArgumentException("rate %s; more than 0 would be right".formatted(perSecond));
        }
    }

    /** Frames a second. */
    public static Rate packets(double perSecond) {
        return new Rate(Unit.PACKETS, perSecond);
    }

    /** Bits a second. */
    public static Rate bits(double perSecond) {
        return new Rate(Unit.BITS, perSecond);
    }

    /**
     * Reads {@code 100k}, {@code 2.5mpps}, {@code 1gbit} or {@code max}; k, m and g are powers of 1000.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    public static Rate parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.equals("max")) {
            return MAX;
        }
        Matcher matcher = TEXT.matcher(lower);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "\"%s\"; packets a second (100k, 1.5mpps), bits a second (1gbit) or max would be right"
                            .formatted(text));
        }
        double factor = switch (matcher.group(2)) {
            case "k" -> 1e3;
            case "m" -> 1e6;
            case "g" -> 1e9;
            default -> 1;
        };
        double value = Double.parseDouble(matcher.group(1)) * factor;
        boolean packets = matcher.group(3) == null || matcher.group(3).equals("pps");
        return packets ? packets(value) : bits(value);
    }

    /** An equal share of it. */
    public Rate share(int of) {
        return unit == Unit.MAX ? this : new Rate(unit, perSecond / of);
    }

    /**
     * Nanoseconds from one frame to the next.
     *
     * @param size bytes with the check sequence
     */
    public double nanosPerFrame(int size) {
        return switch (unit) {
            case MAX -> 0;
            case PACKETS -> NANOS / perSecond;
            case BITS -> NANOS * 8 * size / perSecond;
        };
    }

    @Override
    public String toString() {
        return switch (unit) {
            case MAX -> "max";
            case PACKETS -> scaled() + "pps";
            case BITS -> scaled() + "bit";
        };
    }

    private String scaled() {
        double value = perSecond;
        String[] prefixes = {"", "k", "m", "g"};
        int prefix = 0;
        while (value >= 1000 && prefix < 3) {
            value /= 1000;
            prefix++;
        }
        String text = String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", "");
        return text + prefixes[prefix];
    }
}
