package io.weir.engine.port;

/**
 * The frames of one burst as parallel arrays; owned by one worker.
 *
 * <p>The fields are public and plain because the stages of the pipeline walk them in tight loops.
 */
public final class FrameBatch {
    /** The layer-4 checksum holds only the pseudo header's sum: it must be finished before the frame leaves. */
    public static final int CHECKSUM_PARTIAL = 1;
    /** Came over a hand-off ring: this worker owns its flow. */
    public static final int HANDED_OFF = 2;

    /** Absolute addresses of the Ethernet headers. */
    public final long[] address;
    /** Lengths in bytes, without FCS. */
    public final int[] length;
    /** {@link PacketPort#index} of the port that received the frame. */
    public final int[] port;
    /** Bit set of the constants above. */
    public final int[] flags;
    /** Of a later fragment that was handed off: its ports, source in the high half, which only its receiver knew. */
    public final int[] hint;
    /** Frames in the batch. */
    public int size;

    /**
     * @param capacity frames at most
     */
    public FrameBatch(int capacity) {
        address = new long[capacity];
        length = new int[capacity];
        port = new int[capacity];
        flags = new int[capacity];
        hint = new int[capacity];
    }

    /** Frames at most. */
    public int capacity() {
        return address.length;
    }

    /** Frames that still fit. */
    public int room() {
        return address.length - size;
    }

    /** Appends one frame; there must be room. */
    public void add(long frame, int bytes, int fromPort, int frameFlags) {
        add(frame, bytes, fromPort, frameFlags, 0);
    }

    /** Appends one frame with what its receiver found out about it. */
    public void add(long frame, int bytes, int fromPort, int frameFlags, int ports) {
        int i = size++;
        address[i] = frame;
        length[i] = bytes;
        port[i] = fromPort;
        flags[i] = frameFlags;
        hint[i] = ports;
    }

    /** Forgets all frames, which somebody else owns by now. */
    public void clear() {
        size = 0;
    }
}
