package io.weir.perf.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of flows as they are typed: {@code 64}, {@code 10k}, {@code 1m}; k and m are powers of 1000. */
public final class FlowCount {
    /** As many as fit into a table whose flows are numbered by {@code int}s, with room to spare. */
    public static final int MOST = 100_000_000;

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})([km]?)");

    private FlowCount() {}

    /**
     * Reads a list with commas.
     *
     * @throws IllegalArgumentException saying which is wrong and what would be right
     */
    public static List<Integer> parse(String list) {
        List<Integer> counts = new ArrayList<>();
        for (String each : list.split(",", -1)) {
            Matcher matcher = TEXT.matcher(each.strip().toLowerCase(Locale.ROOT));
            long count = matcher.matches() ? Long.parseLong(matcher.group(1)) * factor(matcher.group(2)) : 0;
            if (count < 1 || count > MOST) {
                throw new IllegalArgumentException(
                        "--flows \"%s\": a number of flows from 1 to 100m, for instance 64, 10k or 1m, would be right"
                                .formatted(each));
            }
            counts.add((int) count);
        }
        return counts;
    }

    private static long factor(String suffix) {
        return switch (suffix) {
            case "k" -> 1_000;
            case "m" -> 1_000_000;
            default -> 1;
        };
    }
}
