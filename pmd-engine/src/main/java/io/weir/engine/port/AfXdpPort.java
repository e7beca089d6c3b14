package io.weir.engine.port;

import io.weir.bindings.Errno;
import io.weir.bindings.xdp.XskConsumerRing;
import io.weir.bindings.xdp.XskProducerRing;
import io.weir.bindings.xdp.XskSocket;

/**
 * One worker's AF_XDP socket: on a receive queue of its own, or for sending only on a queue of another worker's.
 *
 * <p>A frame's circle, all by address in the shared memory ({@link FrameStore}), without a copy on this side:
 *
 * <pre>
 *   pool → FILL ring → kernel → RX ring → receive → worker
 *    ↑                                                 ↓
 *    +--- COMPLETION ring ← kernel ← TX ring ← send ---+
 * </pre>
 *
 * <p>A queue has one completion ring, whoever sends on the queue; its owner's port empties it and
 * {@link FramePool#release} takes each frame home. So a transmit-only port's frames come back through another worker,
 * who must go on calling {@link #receive}.
 *
 * <p>Owned by one worker. Copy mode sends inside {@link #flush}, at a microsecond and more a frame.
 */
public final class AfXdpPort implements PacketPort {
    /** Frames that are put into the fill ring at once. */
    private static final int REFILL = 32;
    /** System calls of one flush at most; what is left goes with the next one. */
    private static final int MAX_KICKS = 16;

    private final int index;
    private final XskSocket socket;
    private final FramePool pool;
    private final XskConsumerRing rx;
    private final XskProducerRing tx;
    private final XskProducerRing fill;
    private final XskConsumerRing completion;
    private final long base;
    private final int frameSize;
    private final long[] chunks = new long[REFILL];
    private int missing; // frames that the fill ring is short of
    private int unsent; // frames in the TX ring when last looked at
    private long sendDrops;

    /**
     * Takes over an opened socket and fills its fill ring.
     *
     * @param index the device's number on this node
     * @param socket owner of a queue, or transmit-only
     * @param pool the worker's frames, which lie in the socket's memory
     */
    public AfXdpPort(int index, XskSocket socket, FramePool pool) {
        this.index = index;
        this.socket = socket;
        this.pool = pool;
        this.rx = socket.rx();
        this.tx = socket.tx();
        this.fill = socket.fill();
        this.completion = socket.completion();
        this.base = socket.umem().address();
        this.frameSize = socket.umem().chunkSize();
        if (fill != null) {
            missing = fill.size();
            refill();
        }
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String name() {
        return socket.device().name();
    }

    /** The receive queue of its socket. */
    public int queue() {
        return socket.queue();
    }

    /** Whether it can receive: it owns its queue. */
    public boolean isReceiving() {
        return rx != null;
    }

    @Override
    public int receive(FrameBatch batch) {
        final XskConsumerRing ring = rx;
        if (ring == null) {
            return 0;
        }
        collectCompletions();
        final long start = base;
        final int port = index;
        final int n = Math.min(ring.available(), batch.room());
        for (int i = 0; i < n; i++) {
            batch.add(start + ring.offset(i), ring.length(i), port, 0);
        }
        if (n > 0) {
            ring.release(n);
            missing += n;
        }
        if (missing >= REFILL || n == 0 && missing > 0) {
            refill();
        }
        if (n == 0 && fill.needsWakeup()) {
            socket.kickRx(); // the driver stopped for want of frames and looks again when told
        }
        return n;
    }

    private void refill() {
        while (missing > 0) {
            int n = pool.allocateChunks(chunks, Math.min(missing, REFILL));
            if (n == 0) {
                break; // the pool is dry; once frames come home the next receive goes on
            }
            for (int i = 0; i < n; i++) {
                fill.put(chunks[i] - base);
            }
            missing -= n;
        }
        fill.publish();
    }

    private void collectCompletions() {
        final XskConsumerRing ring = completion;
        if (ring == null) {
            return;
        }
        final int n = ring.available();
        for (int i = 0; i < n; i++) {
            pool.release(base + ring.completed(i));
        }
        if (n > 0) {
            ring.release(n);
        }
    }

    @Override
    public boolean send(long address, int length) {
        long frame = address;
        if (!pool.owns(frame)) {
            return sendCopySlowPath(frame, length);
        }
        long offset = frame - base;
        if (tx.room() == 0 || (offset & frameSize - 1L) + length > frameSize) {
            return false; // the kernel would swallow a descriptor that leaves its frame without completing it
        }
        tx.put(offset, length);
        return true;
    }

    private boolean sendCopySlowPath(long address, int length) {
        if (tx.room() == 0) {
            return false;
        }
        long copy = pool.retain(address, length);
        if (copy == 0) {
            return false;
        }
        tx.put(copy - base, length);
        return true;
    }

    @Override
    public void flush() {
        tx.publish();
        unsent = tx.outstanding();
        if (unsent != 0 && tx.needsWakeup()) {
            kick();
        }
    }

    /** Wakes the kernel while that moves frames: in copy mode one call sends a limited number of them. */
    private void kick() {
        for (int calls = 0; calls < MAX_KICKS; calls++) {
            int result = socket.kickTx();
            if (result == -Errno.EBUSY) {
                sendDrops++; // the device dropped this one frame; it is completed like any other
            }
            collectCompletions(); // copy mode sends only what it finds room for in the completion ring
            int left = tx.outstanding();
            boolean stuck = left == unsent;
            unsent = left;
            if (left == 0 || stuck) {
                return; // ENOBUFS, EAGAIN, ENETDOWN: what is left stays in the ring for the next flush
            }
        }
    }

    @Override
    public void await(int timeoutMs) {
        socket.poll(timeoutMs);
    }

    @Override
    public long kernelDrops() {
        return rx == null ? 0 : socket.drops();
    }

    @Override
    public long sendDrops() {
        return sendDrops;
    }

    /** Descriptors that the kernel refused, whose frames are lost: always 0 unless there is a bug. */
    public long invalidDescriptors() {
        return socket.invalidDescriptors();
    }

    @Override
    public int fd() {
        return rx == null ? -1 : socket.fd();
    }

    @Override
    public void close() {
        socket.close();
    }
}
