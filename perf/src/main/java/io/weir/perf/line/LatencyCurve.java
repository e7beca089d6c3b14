package io.weir.perf.line;

import io.weir.perf.result.Curve;
import io.weir.perf.result.RowBuilder;

/** A trial's latency in a row: numbers and the curve. */
public final class LatencyCurve {
    private static final double[] PERCENTILES = {0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99};

    private LatencyCurve() {}

    /** Adds them. */
    public static RowBuilder add(RowBuilder row, Trial trial) {
        row.metric("p50", trial.micros(50), "us")
                .metric("p99", trial.micros(99), "us")
                .metric("p99.9", trial.micros(99.9), "us")
                .metric("max", trial.micros(100), "us");
        if (trial.latency().getTotalCount() > 0) {
            double[] micros = new double[PERCENTILES.length];
            for (int i = 0; i < micros.length; i++) {
                micros[i] = trial.micros(PERCENTILES[i]);
            }
            row.curve(Curve.of("latency", "percentile", "latency [us]", PERCENTILES, micros));
        }
        return row;
    }
}
