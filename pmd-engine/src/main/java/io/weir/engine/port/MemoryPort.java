package io.weir.engine.port;

import io.weir.engine.ring.SpscLongRing;

/**
 * A port without a device: what is sent on it can be taken out, and what is put in is received. For tests and for
 * benchmarks of the pipeline alone.
 *
 * <p>The two rings have one producer and one consumer each, so the far side may be another thread. Frames are pool
 * frames of one {@link FrameStore}.
 */
public final class MemoryPort implements PacketPort {
    private final int index;
    private final String name;
    private final SpscLongRing received;
    private final SpscLongRing sent;

    /**
     * @param index the port's number
     * @param name the port's name
     * @param ringSize frames in each direction, a power of two
     */
    public MemoryPort(int index, String name, int ringSize) {
        this.index = index;
        this.name = name;
        this.received = new SpscLongRing(ringSize, 2);
        this.sent = new SpscLongRing(ringSize, 2);
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int receive(FrameBatch batch) {
        int n = Math.min(received.available(), batch.room());
        for (int i = 0; i < n; i++) {
            long meta = received.peek(i, 1);
            batch.add(received.peek(i, 0), (int) meta, index, (int) (meta >>> 32));
        }
        if (n > 0) {
            received.skip(n);
            received.free();
        }
        return n;
    }

    @Override
    public boolean send(long address, int length) {
        return sent.offer(address, length);
    }

    @Override
    public void flush() {
        sent.publish();
    }

    /**
     * Far side: puts a frame in, received after {@link #publish}.
     *
     * @return false when the ring is full
     */
    public boolean inject(long address, int length, int flags) {
        return received.offer(address, (long) flags << 32 | length);
    }

    /** Far side: makes what was put in visible. */
    public void publish() {
        received.publish();
    }

    /** Far side: frames that can be taken out. */
    public int sent() {
        return sent.available();
    }

    /** Far side: address of the oldest frame sent. */
    public long sentAddress() {
        return sent.peek(0);
    }

    /** Far side: length of the oldest frame sent. */
    public int sentLength() {
        return (int) sent.peek(1);
    }

    /** Far side: takes the oldest frame out; it is the caller's now. */
    public void takeSent() {
        sent.skip();
        sent.free();
    }

    @Override
    public void close() {}
}
