package io.weir.perf.sink;

/**
 * What numbered frames tell.
 *
 * @param streams flows or streams of which something came
 * @param expected numbers up to the highest of each
 * @param unique numbers that came
 * @param reordered of these, how many after a higher one
 * @param duplicate frames whose number had come before
 * @param stale frames too old to tell whether they are duplicates
 */
public record Sequences(long streams, long expected, long unique, long reordered, long duplicate, long stale) {
    /** Nothing. */
    public static final Sequences NONE = new Sequences(0, 0, 0, 0, 0, 0);

    /** Numbers that did not come although a higher one did. */
    public long missing() {
        return Math.max(0, expected - unique - stale);
    }

    /** Of several receivers of different flows. */
    Sequences plus(Sequences other) {
        return new Sequences(
                streams + other.streams,
                expected + other.expected,
                unique + other.unique,
                reordered + other.reordered,
                duplicate + other.duplicate,
                stale + other.stale);
    }
}
