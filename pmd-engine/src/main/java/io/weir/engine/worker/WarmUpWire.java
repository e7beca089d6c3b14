package io.weir.engine.worker;

import io.weir.engine.port.FrameStore;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.PacketPort;

/**
 * Ports for a warm-up, a {@link IsolatedWorkers#FRONT} and a {@link IsolatedWorkers#BACK} one for each worker, and what
 * is at their other end. One thread drives both sides.
 */
public interface WarmUpWire extends AutoCloseable {
    /** Who looks at what the ports have sent. */
    @FunctionalInterface
    interface FarEnd {
        /**
         * A frame has come.
         *
         * @param port index of the port that sent it
         * @param address of the frame, until this returns
         * @param length bytes
         */
        void frame(int port, long address, int length);
    }

    /** The ports of each worker, by index. */
    PacketPort[][] ports();

    /** The frames of these ports. */
    FrameStore store();

    /** What takes the place of the way back to the kernel. */
    KernelPort kernel();

    /**
     * Other end: sends a frame to a port, received after {@link #publish}; one for which there is no room is lost.
     *
     * @param port index
     * @param address of the frame, which is copied
     * @param length bytes
     */
    void inject(int port, long address, int length);

    /** Other end: what was sent to the ports can be received now. */
    void publish();

    /**
     * Other end: takes what the ports have sent.
     *
     * @param far looks at each frame, and may {@link #inject} another
     * @return frames
     */
    int drain(FarEnd far);

    /** After the workers' last cycle. */
    @Override
    void close();
}
