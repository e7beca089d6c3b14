package io.weir.engine.port;

/**
 * One worker's end of one network device: bursts in, bursts out.
 *
 * <p>Owned by one worker thread; nothing here may be called from another, but {@link #close} after that thread has
 * stopped. No method allocates, blocks, locks or throws once the port is open; what cannot be sent is refused and
 * counted by the caller.
 *
 * <p><b>Frames.</b> A frame is an absolute address and a length in bytes, beginning with the Ethernet header, without
 * FCS. At least {@link FramePool#HEADROOM} writable bytes lie before it and the rest of a pool frame (or ring slot)
 * behind it. A received frame is the caller's to rewrite in place, until it is given to {@link #send} of any port of
 * the same worker or to {@link FramePool#release}. A frame that lies inside a ring of the kernel's (AF_PACKET) is valid
 * only until the next {@link #receive} on the same port: whoever keeps it longer calls {@link FramePool#retain} first.
 */
public interface PacketPort extends AutoCloseable {
    /** The port's dense number on this node, 0…: the same device has the same number on every worker. */
    int index();

    /** The device's name, as {@code ip link} shows it. */
    String name();

    /**
     * Appends received frames to the batch: their address, length, port and {@link FrameBatch flags}, at most as many
     * as the batch has room for.
     *
     * @return how many were appended
     */
    int receive(FrameBatch batch);

    /**
     * Queues one frame for transmission; visible to the kernel only after {@link #flush}.
     *
     * @return true: the frame now belongs to the port, which gives it back to the pool in time; false: no room, the
     *     frame is still the caller's
     */
    boolean send(long address, int length);

    /** Publishes everything queued since the last flush: one release store, at most one wake-up of the kernel. */
    void flush();

    /**
     * Waits until a frame may be received, or the time is over; for idle strategies that sleep. Only after a
     * {@link #receive} that found nothing: while slots of a kernel's ring are held, it may return at once.
     *
     * @param timeoutMs milliseconds, at least 0
     */
    default void await(int timeoutMs) {}

    /** Frames lost before {@link #receive}, since the port was opened: the kernel had no room, or they were too long. */
    default long kernelDrops() {
        return 0;
    }

    /** Frames that {@link #send} took and that never left: refused by the device, since the port was opened. */
    default long sendDrops() {
        return 0;
    }

    /** The descriptor to {@code poll(2)} on, or -1 when there is none. */
    default int fd() {
        return -1;
    }

    @Override
    void close();
}
