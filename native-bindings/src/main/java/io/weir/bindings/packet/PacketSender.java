package io.weir.bindings.packet;

import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.SocketAbi;

/**
 * Sends frames in batches by {@code sendmmsg(2)}; the kernel copies them while the call lasts.
 *
 * <p>A queue of message headers that point at frames, filled by {@link #put} and emptied from its front by
 * {@link #send}. Owned by one thread.
 */
public final class PacketSender implements AutoCloseable {
    private final NativeBlock block;
    private final long headers;
    private final long vectors;
    private final int capacity;
    private int first;
    private int end;

    /**
     * @param capacity frames at most
     */
    public PacketSender(int capacity) {
        this.capacity = capacity;
        this.block = new NativeBlock((long) capacity * (SocketAbi.MMSGHDR_SIZE + SocketAbi.IOVEC_SIZE));
        this.headers = block.address();
        this.vectors = headers + (long) capacity * SocketAbi.MMSGHDR_SIZE;
        for (int i = 0; i < capacity; i++) {
            long header = headers + (long) i * SocketAbi.MMSGHDR_SIZE;
            Mem.putLong(header + SocketAbi.MMSGHDR_IOV, vectors + (long) i * SocketAbi.IOVEC_SIZE);
            Mem.putLong(header + SocketAbi.MMSGHDR_IOVLEN, 1);
        }
    }

    /** Frames that can be put before the next call of {@link #send}. */
    public int room() {
        return capacity - end;
    }

    /** Frames that wait. */
    public int size() {
        return end - first;
    }

    /** The place that the next frame gets: 0 … capacity - 1. */
    public int position() {
        return end;
    }

    /** Appends a frame, which must stay as it is until it was sent; there must be room. */
    public void put(long address, int length) {
        long vector = vectors + (long) end++ * SocketAbi.IOVEC_SIZE;
        Mem.putLong(vector, address);
        Mem.putLong(vector + SocketAbi.IOVEC_LENGTH, length);
    }

    /** The place of the oldest frame that waits. */
    public int first() {
        return first;
    }

    /** Address of the frame at a place. */
    public long address(int place) {
        return Mem.getLong(vectors + (long) place * SocketAbi.IOVEC_SIZE);
    }

    /**
     * Sends from the front as many as the kernel takes now; never blocks.
     *
     * @param fd an AF_PACKET socket bound to a device
     * @return how many, or {@code -errno} of the first
     */
    public int send(int fd) {
        return Libc.sendmmsg(fd, headers + (long) first * SocketAbi.MMSGHDR_SIZE, end - first, SocketAbi.MSG_DONTWAIT);
    }

    /** Forgets frames at the front, sent or not; all places are free again when none is left. */
    public void drop(int count) {
        first += count;
        if (first == end) {
            first = 0;
            end = 0;
        }
    }

    @Override
    public void close() {
        block.close();
    }
}
