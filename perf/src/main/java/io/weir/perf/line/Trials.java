package io.weir.perf.line;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The same measurement of one contender in several rounds. Not thread-safe. */
final class Trials {
    private final Map<Integer, Trial> byRound = new TreeMap<>();

    void add(int round, Trial trial) {
        byRound.put(round, trial);
    }

    int count() {
        return byRound.size();
    }

    /** The median; of an even number the lower one. NaN: there is none. */
    double median(ToDoubleFunction<Trial> value) {
        return median(sorted(value));
    }

    double least(ToDoubleFunction<Trial> value) {
        double[] values = sorted(value);
        return values.length == 0 ? Double.NaN : values[0];
    }

    double most(ToDoubleFunction<Trial> value) {
        double[] values = sorted(value);
        return values.length == 0 ? Double.NaN : values[values.length - 1];
    }

    /** The trial whose value is the median; there must be one. */
    Trial typical(ToDoubleFunction<Trial> value) {
        List<Trial> sorted = byRound.values().stream()
                .sorted(Comparator.comparingDouble(value))
                .toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    /** The median of the rounds' ratios, over rounds in which both have been measured. NaN: there is none. */
    double ratio(Trials others, ToDoubleFunction<Trial> value) {
        return median(byRound.entrySet().stream()
                .filter(entry -> others.byRound.containsKey(entry.getKey()))
                .mapToDouble(entry ->
                        value.applyAsDouble(entry.getValue()) / value.applyAsDouble(others.byRound.get(entry.getKey())))
                .sorted()
                .toArray());
    }

    private double[] sorted(ToDoubleFunction<Trial> value) {
        return byRound.values().stream().mapToDouble(value).sorted().toArray();
    }

    private static double median(double[] sorted) {
        double[] numbers =
                Arrays.stream(sorted).filter(number -> !Double.isNaN(number)).toArray();
        return numbers.length == 0 ? Double.NaN : numbers[(numbers.length - 1) / 2];
    }
}
