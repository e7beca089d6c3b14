package io.weir.perf.pktgen;

import io.weir.perf.sink.Receiver;

/** What one sending thread does. {@link #run} is that thread's; the rest any thread may call at any time. */
interface Sender {
    /** Sends until the run's end. */
    void run(RunControl control);

    /** Frames taken by the driver so far. */
    long sent();

    /** Bytes of these frames. */
    long bytes();

    /** After the end: frames that the device refused. */
    default long dropped() {
        return 0;
    }

    /** After the end: answers that the kernel dropped because this side was too slow. */
    default long receiveDrops() {
        return 0;
    }

    /** How often there was no room. */
    default long stalls() {
        return 0;
    }

    /** By how much the latest frame missed its schedule. */
    default long worstLateNs() {
        return 0;
    }

    /** After the end: nanoseconds from the first frame to the last. */
    long nanos();

    /** What counts answers, or null. */
    default Receiver receiver() {
        return null;
    }

    /** After the end: what became of connections, or null. */
    default Connections connections() {
        return null;
    }

    /** After the end: frames of those sent that only prepared the run and lie before {@link #nanos}. */
    default long openingFrames() {
        return 0;
    }

    /** Whether it must run inside the device's network namespace. */
    default boolean needsNamespace() {
        return false;
    }
}
