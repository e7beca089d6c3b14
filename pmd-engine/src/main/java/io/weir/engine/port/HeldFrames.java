package io.weir.engine.port;

import io.weir.bindings.Mem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Copies of frames that wait for something: in memory of their own, so that no pool or ring runs dry by waiting. Owned by
 * one worker; all memory is taken when it is made.
 */
public final class HeldFrames {
    /** No room. */
    public static final int NONE = -1;

    private static final int HEADER = 64;

    private final MemorySegment memory;
    private final int frameSize;
    private final int[] free;
    private final int[] length;
    private final int[] port;
    private final int[] flags;
    private int available;

    /**
     * @param frames copies at most
     * @param frameSize bytes of the longest frame
     */
    public HeldFrames(int frames, int frameSize) {
        this.frameSize = frameSize;
        this.memory = Arena.ofAuto().allocate((long) frames * frameSize, HEADER);
        Mem.allow(memory.address(), memory.byteSize());
        this.free = new int[frames];
        this.length = new int[frames];
        this.port = new int[frames];
        this.flags = new int[frames];
        for (int n = 0; n < frames; n++) {
            free[n] = frames - 1 - n;
        }
        this.available = frames;
    }

    /**
     * Copies frame {@code i}, which stays the caller's.
     *
     * @return number of the copy, or {@link #NONE}
     */
    public int hold(FrameBatch batch, int i) {
        if (available == 0 || batch.length[i] > frameSize) {
            return NONE;
        }
        int frame = free[--available];
        length[frame] = batch.length[i];
        port[frame] = batch.port[i];
        flags[frame] = batch.flags[i];
        Mem.copy(batch.address[i], address(frame), batch.length[i]);
        return frame;
    }

    /**
     * Puts a held frame, which stays held, into a batch as if it had just been received.
     *
     * @param into has room
     * @return whether the pool had a frame for it
     */
    public boolean copyTo(int frame, FrameBatch into, FramePool pool) {
        if (length[frame] > pool.capacity()) {
            return false;
        }
        long copy = pool.allocate();
        if (copy == 0) {
            return false;
        }
        Mem.copy(address(frame), copy, length[frame]);
        into.add(copy, length[frame], port[frame], flags[frame]);
        return true;
    }

    /** Where a held frame lies: to be read. */
    public long address(int frame) {
        return memory.address() + (long) frame * frameSize;
    }

    /** Bytes of a held frame. */
    public int length(int frame) {
        return length[frame];
    }

    /** Forgets a frame. */
    public void release(int frame) {
        free[available++] = frame;
    }

    /** Frames that can still be held. */
    public int available() {
        return available;
    }
}
