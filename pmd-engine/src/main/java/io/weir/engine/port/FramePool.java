package io.weir.engine.port;

import io.weir.bindings.Mem;
import io.weir.engine.ring.SpscLongRing;

/**
 * One worker's free frames: a stack of addresses, so the frame used last, still warm in the cache, is used next.
 *
 * <p>Owned by its worker; no other thread calls it. A frame whose home is another worker's share (it came over a
 * hand-off ring) travels home over a ring of that pair's own, so no share ever runs dry by lending: this worker
 * produces on {@code returns[home][this]}, the home worker consumes.
 *
 * <p>Addresses that are not pool frames (slots of a kernel ring) are ignored by {@link #release}, so callers need not
 * know where a frame lies.
 */
public final class FramePool {
    /** Writable bytes before every frame, for headers that are put in front. */
    public static final int HEADROOM = 128;

    /** Where {@link #allocate} lets a frame begin: {@code XDP_PACKET_HEADROOM}. */
    public static final int FRAME_OFFSET = 256;

    private final long base;
    private final long byteSize;
    private final long ownBase;
    private final long ownByteSize;
    private final int frameShift;
    private final long frameMask;
    private final int framesPerWorker;
    private final int worker;
    private final SpscLongRing[][] returns;
    private final long[] free;
    private int available;

    FramePool(FrameStore store, int worker, SpscLongRing[][] returns) {
        this.base = store.base();
        this.frameShift = Integer.numberOfTrailingZeros(store.frameSize());
        this.frameMask = store.frameSize() - 1L;
        this.framesPerWorker = store.framesPerWorker();
        this.byteSize = (long) framesPerWorker * returns.length << frameShift;
        this.ownByteSize = (long) framesPerWorker << frameShift;
        this.ownBase = base + worker * ownByteSize;
        this.worker = worker;
        this.returns = returns;
        this.free = new long[framesPerWorker];
        for (int i = 0; i < framesPerWorker; i++) {
            free[i] = base + (((long) worker * framesPerWorker + i) << frameShift);
        }
        this.available = framesPerWorker;
    }

    /**
     * A free frame.
     *
     * @return address at which the Ethernet header may begin, {@link #FRAME_OFFSET} into the frame; 0 when none is left
     */
    public long allocate() {
        if (available == 0 && collect() == 0) {
            return 0;
        }
        return free[--available] + FRAME_OFFSET;
    }

    /**
     * Takes free frames in bulk, for filling a ring.
     *
     * @param chunks receives the addresses of whole frames, without offset
     * @param count how many are wanted
     * @return how many there were
     */
    public int allocateChunks(long[] chunks, int count) {
        if (available < count) {
            collect();
        }
        int n = Math.min(count, available);
        for (int i = 0; i < n; i++) {
            chunks[i] = free[--available];
        }
        return n;
    }

    /** Gives a frame back, from any address inside it; ignores what is no pool frame. */
    public void release(long address) {
        long own = address - ownBase;
        if (own >= 0 && own < ownByteSize) {
            free[available++] = ownBase + (own & ~frameMask);
        } else {
            releaseForeign(address);
        }
    }

    private void releaseForeign(long address) {
        long offset = address - base;
        if (offset < 0 || offset >= byteSize) {
            return;
        }
        int home = (int) ((offset >>> frameShift) / framesPerWorker);
        // cannot be full: it has room for the home's whole share
        returns[home][worker].offer(base + (offset & ~frameMask));
    }

    /** Whether the address lies in a pool frame (of any worker). */
    public boolean owns(long address) {
        long offset = address - base;
        return offset >= 0 && offset < byteSize;
    }

    /**
     * Makes a frame outlive the next receive: itself when it is a pool frame, else a copy in one.
     *
     * @return the address to go on with; 0 when no frame is free or the frame is too long for one
     */
    public long retain(long address, int length) {
        if (owns(address)) {
            return address;
        }
        if (length > capacity()) {
            return 0;
        }
        long copy = allocate();
        if (copy != 0) {
            Mem.copy(address, copy, length);
        }
        return copy;
    }

    /** Bytes that fit into a frame from where {@link #allocate} points. */
    public int capacity() {
        return (int) frameMask + 1 - FRAME_OFFSET;
    }

    /** Makes frames on their way home visible there; once a cycle. */
    public void publishReturns() {
        for (SpscLongRing[] ring : returns) {
            if (ring[worker] != null) {
                ring[worker].publish();
            }
        }
    }

    /** Takes in the frames that came home; once a cycle, and when the pool runs dry. */
    public int collect() {
        for (SpscLongRing ring : returns[worker]) {
            if (ring != null) {
                for (int n = ring.available(); n > 0; n--) {
                    free[available++] = ring.peek(0);
                    ring.skip();
                }
                ring.free();
            }
        }
        return available;
    }

    /** Free frames now. */
    public int available() {
        return available;
    }
}
