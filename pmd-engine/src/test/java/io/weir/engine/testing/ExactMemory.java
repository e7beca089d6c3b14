package io.weir.engine.testing;

import io.weir.bindings.Mem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Holds one frame in memory of which not a byte before or behind it may be touched. */
public final class ExactMemory implements AutoCloseable {
    private static final int OFFSET = 62; // neither the frame nor its network header is aligned

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment block;
    private final long address;

    /**
     * @param longest bytes that a frame may have
     */
    public ExactMemory(int longest) {
        block = arena.allocate(longest + OFFSET, 64);
        address = block.address() + OFFSET;
    }

    /** Takes the place of the frame before. */
    public long put(byte[] frame, int length) {
        MemorySegment.copy(MemorySegment.ofArray(frame), 0, block, OFFSET, length);
        Mem.forbid(address);
        Mem.allow(address, length);
        return address;
    }

    @Override
    public void close() {
        Mem.forbid(address);
        arena.close();
    }
}
