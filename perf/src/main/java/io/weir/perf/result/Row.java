package io.weir.perf.result;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One measurement: what was done to whom, with what, and what came out.
 *
 * @param test the case within the benchmark, for example {@code keep-alive}
 * @param contender who was measured
 * @param parameters what was set, by name, in order
 * @param metrics what came out, by name, in order; empty when it was skipped
 * @param curves what came out and is more than a number
 * @param skipped why nothing was measured; empty when it was
 * @param notes what a reader must know
 */
public record Row(
        String test,
        String contender,
        Map<String, String> parameters,
        Map<String, Quantity> metrics,
        List<Curve> curves,
        String skipped,
        List<String> notes) {
    private static final String FAILED = "failed: ";

    /** Copies everything; fields that a line of JSON leaves out are empty. */
    public Row {
        parameters = ordered(parameters);
        metrics = ordered(metrics);
        curves = curves == null ? List.of() : List.copyOf(curves);
        skipped = skipped == null ? "" : skipped;
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** Begins a row. */
    public static RowBuilder of(String test, String contender) {
        return new RowBuilder(test, contender);
    }

    /** A row of something that this machine cannot measure. */
    public static Row skipped(String test, String contender, String reason) {
        return new Row(test, contender, Map.of(), Map.of(), List.of(), reason, List.of());
    }

    /** A row of something that should have worked. */
    public static Row failed(String test, String contender, Throwable reason) {
        return skipped(test, contender, FAILED + reason.getMessage());
    }

    /** Whether something that should have worked did not. */
    public boolean hasFailed() {
        return skipped.startsWith(FAILED);
    }

    /** A metric's value, if there is one of that name. */
    public OptionalDouble value(String metric) {
        Quantity quantity = metrics.get(metric);
        return quantity == null ? OptionalDouble.empty() : OptionalDouble.of(quantity.value());
    }

    /** Whether nothing was measured. */
    public boolean wasSkipped() {
        return !skipped.isEmpty();
    }
}
