package io.weir.perf.line;

/** Something that frames can be sent through: a tester's two ends with a device under test between them. */
@FunctionalInterface
public interface Line {
    /** Sends a load and waits until nothing more arrives. */
    Trial send(Load load);
}
