package io.weir.bindings;

import java.lang.foreign.Arena;

/**
 * A small zeroed block of native memory that lives as long as its owner, for the arguments of calls made again and
 * again ({@code struct pollfd}, {@code struct mmsghdr}): nothing is allocated when the call is made.
 */
public final class NativeBlock implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final long address;
    private final long length;

    /**
     * @param length bytes; the block is aligned to a cache line
     */
    public NativeBlock(long length) {
        this.address = arena.allocate(length, 64).address();
        this.length = length;
        Mem.allow(address, length);
    }

    /** First byte. */
    public long address() {
        return address;
    }

    /** Bytes. */
    public long length() {
        return length;
    }

    @Override
    public void close() {
        Mem.forbid(address);
        arena.close();
    }
}
