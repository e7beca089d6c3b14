package io.weir.engine.port;

/**
 * Two ports of one worker and what lies at the other end of each: where {@link PacketPortContract} runs.
 *
 * <p>All calls come from one thread.
 */
interface PortBed extends AutoCloseable {
    /** The worker's port 0 or 1. */
    PacketPort port(int index);

    /** The worker's frames. */
    FramePool pool();

    /** Sends copies of a frame towards a port; returns when all are on their way. */
    void inject(int index, byte[] frame, int copies);

    /** The next frame that a port sent and that arrived at the other end; null when none arrives within a second. */
    byte[] capture(int index);

    /** Takes away all frames that have arrived at the other end of a port, and counts them. */
    int drain(int index);

    /** Frames that a port is sure to take between two calls of {@link PacketPort#receive}. */
    int ringSize();

    @Override
    void close();
}
