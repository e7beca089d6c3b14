package io.weir.bindings.xdp;

import io.weir.bindings.Libc;
import io.weir.bindings.NativeException;
import io.weir.bindings.SocketAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The memory that all AF_XDP sockets of a process share, cut into chunks of equal size ("UMEM").
 *
 * <p>The first socket that is bound registers it ({@code XDP_UMEM_REG}); all others join by {@code XDP_SHARED_UMEM},
 * each with a fill and a completion ring of its own, on any device and queue. The first socket also decides for all of
 * them whether the driver copies: the kernel binds a sharing socket in the mode of the first one. The kernel keeps the
 * pages pinned until the last socket is closed; whoever mapped the memory unmaps it after that.
 *
 * <p>Used by one thread, while sockets are being opened.
 */
public final class Umem {
    private final long address;
    private final long length;
    private final int chunkSize;
    private int firstFd = -1;
    private boolean zeroCopy;
    private String copyReason = "";

    /**
     * @param address first byte, a multiple of the page size
     * @param length bytes, a multiple of the chunk size
     * @param chunkSize bytes a chunk, a power of two from 2048 to the page size
     */
    public Umem(long address, long length, int chunkSize) {
        if (Integer.bitCount(chunkSize) != 1 || chunkSize < 2048 || chunkSize > 4096) {
            throw new IllegalArgumentException(
                    "AF_XDP frame size %d; 2048 or 4096 would be right".formatted(chunkSize));
        }
        this.address = address;
        this.length = length;
        this.chunkSize = chunkSize;
    }

    /** First byte; addresses in the rings count from here. */
    public long address() {
        return address;
    }

    /** Bytes of a chunk. */
    public int chunkSize() {
        return chunkSize;
    }

    /** Whether the sockets exchange frames with the driver without a copy; known after the first was opened. */
    public boolean isZeroCopy() {
        return zeroCopy;
    }

    /** Why frames are copied; empty when they are not. */
    public String copyReason() {
        return copyReason;
    }

    boolean isShared() {
        return firstFd >= 0;
    }

    int firstFd() {
        return firstFd;
    }

    void bound(int fd, boolean isZeroCopy, String reason) {
        firstFd = fd;
        zeroCopy = isZeroCopy;
        copyReason = reason;
    }

    void register(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment reg = arena.allocate(XskAbi.UMEM_REG_SIZE, 8);
            reg.set(ValueLayout.JAVA_LONG, XskAbi.UMEM_REG_ADDR, address);
            reg.set(ValueLayout.JAVA_LONG, XskAbi.UMEM_REG_LEN, length);
            reg.set(ValueLayout.JAVA_INT, XskAbi.UMEM_REG_CHUNK_SIZE, chunkSize);
            NativeException.check(
                    Libc.setsockopt(fd, SocketAbi.SOL_XDP, XskAbi.XDP_UMEM_REG, reg.address(), XskAbi.UMEM_REG_SIZE),
                    "setsockopt(XDP_UMEM_REG, %d MiB, chunks of %d)".formatted(length >> 20, chunkSize));
        }
    }
}
