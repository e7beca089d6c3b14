package io.weir.perf.traffic;

/** Chooses the flow of the next frame. Owned by one thread; allocates nothing. */
public interface FlowPicker {
    /** The next flow, 0…flows − 1. */
    int next();
}
