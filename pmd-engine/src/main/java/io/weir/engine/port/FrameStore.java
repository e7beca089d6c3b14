package io.weir.engine.port;

import io.weir.engine.ring.SpscLongRing;

/**
 * The memory of all pool frames of a node, cut into equal frames, an equal share of them to each worker.
 *
 * <p>With AF_XDP it is the UMEM that every socket of the process shares, so a frame goes from any port to any port of
 * any worker without being copied. The store does not own the memory: whoever mapped it unmaps it.
 *
 * <pre>
 *   base                 base + framesPerWorker × frameSize
 *   |-- worker 0's frames --|-- worker 1's frames --| …
 *   each frame:  | headroom (256) | frame …                |
 * </pre>
 */
public final class FrameStore {
    private final long base;
    private final int frameSize;
    private final int framesPerWorker;
    private final FramePool[] pools;

    /**
     * @param base address of the first frame, a multiple of the page size
     * @param frameSize bytes, a power of two, 2048 or 4096 for AF_XDP
     * @param framesPerWorker each worker's share
     * @param workers workers of the node
     */
    public FrameStore(long base, int frameSize, int framesPerWorker, int workers) {
        if (Integer.bitCount(frameSize) != 1 || frameSize < 512) {
            throw new IllegalArgumentException(
                    "frame size %d; a power of two of at least 512 would be right".formatted(frameSize));
        }
        this.base = base;
        this.frameSize = frameSize;
        this.framesPerWorker = framesPerWorker;
        SpscLongRing[][] returns = new SpscLongRing[workers][workers];
        int ringSize = Integer.highestOneBit(Math.max(framesPerWorker, 2) - 1) << 1; // never too small for a share
        for (int home = 0; home < workers; home++) {
            for (int from = 0; from < workers; from++) {
                if (home != from) {
                    returns[home][from] = new SpscLongRing(ringSize, 1);
                }
            }
        }
        pools = new FramePool[workers];
        for (int worker = 0; worker < workers; worker++) {
            pools[worker] = new FramePool(this, worker, returns);
        }
    }

    /**
     * Bytes that a store needs.
     *
     * @param frameSize bytes a frame
     * @param framesPerWorker each worker's share
     * @param workers workers of the node
     */
    public static long byteSize(int frameSize, int framesPerWorker, int workers) {
        return (long) frameSize * framesPerWorker * workers;
    }

    /** Address of the first frame. */
    public long base() {
        return base;
    }

    /** Bytes of all frames. */
    public long byteSize() {
        return byteSize(frameSize, framesPerWorker, pools.length);
    }

    /** Bytes of one frame, headroom included. */
    public int frameSize() {
        return frameSize;
    }

    /** Frames that each worker owns at the start. */
    public int framesPerWorker() {
        return framesPerWorker;
    }

    /** Workers that share the store. */
    public int workers() {
        return pools.length;
    }

    /** One worker's pool. */
    public FramePool pool(int worker) {
        return pools[worker];
    }
}
