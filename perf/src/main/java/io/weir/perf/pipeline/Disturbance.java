package io.weir.perf.pipeline;

/**
 * Tells rounds in which the processor worked for somebody else as well: another hardware thread of the same core, another
 * guest of the same host. Nothing here shows them, but the floor does, which is the same work every time: beside such a
 * round it takes half as long again. One for all cases of a run, as a whole case may be disturbed.
 */
final class Disturbance {
    private static final double TOLERANCE = 1.25;

    private double bestFloor = Double.MAX_VALUE;

    /** A floor was measured: nanoseconds a packet. */
    void note(double floor) {
        bestFloor = Math.min(bestFloor, floor);
    }

    /** Whether the processor was its own between two floors, as far as is known by now. */
    boolean isAbsent(double before, double after) {
        return Math.max(before, after) <= bestFloor * TOLERANCE;
    }
}
