package io.weir.perf.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts a {@link Row} together. */
public final class RowBuilder {
    private final String test;
    private final String contender;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final Map<String, Quantity> metrics = new LinkedHashMap<>();
    private final List<Curve> curves = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    RowBuilder(String test, String contender) {
        this.test = test;
        this.contender = contender;
    }

    /** Adds what was set. */
    public RowBuilder with(String name, Object value) {
        parameters.put(name, String.valueOf(value));
        return this;
    }

    /** Adds what came out; what is no number (nothing arrived, say) is left out. */
    public RowBuilder metric(String name, double value, String unit) {
        if (Double.isFinite(value)) {
            metrics.put(name, new Quantity(value, unit));
        }
        return this;
    }

    /** Adds a curve. */
    public RowBuilder curve(Curve curve) {
        curves.add(curve);
        return this;
    }

    /** Adds what a reader must know. */
    public RowBuilder note(String note) {
        notes.add(note);
        return this;
    }

    /** The row. */
    public Row build() {
        return new Row(test, contender, parameters, metrics, curves, "", notes);
    }
}
