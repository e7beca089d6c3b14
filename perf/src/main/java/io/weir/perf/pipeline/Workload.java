package io.weir.perf.pipeline;

/** Packets for one worker, a burst at a time. */
interface Workload {
    /** Frames of a burst. */
    int BURST = 64;

    /** Writes the frames of the next burst and makes them visible to the worker. May be called again before it is taken. */
    void offer();

    /** The worker has had the burst: takes away what came out of it and goes on to the next. */
    void conclude();

    /** Called after each round of the warm-up. */
    default void roundOfWarmUp() {}
}
