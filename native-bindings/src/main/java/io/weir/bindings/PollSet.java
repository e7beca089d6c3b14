package io.weir.bindings;

/**
 * A fixed set of descriptors to wait on for something to read: {@code poll(2)}. Owned by one thread; waiting allocates
 * nothing.
 */
public final class PollSet implements AutoCloseable {
    private final NativeBlock block;
    private final int count;

    /**
     * @param fds the descriptors; negative ones are ignored, as the kernel does
     */
    public PollSet(int... fds) {
        count = fds.length;
        block = new NativeBlock(Math.max(1L, (long) count * SocketAbi.POLLFD_SIZE));
        for (int i = 0; i < count; i++) {
            long pollfd = block.address() + (long) i * SocketAbi.POLLFD_SIZE;
            Mem.putInt(pollfd, fds[i]);
            Mem.putU16(pollfd + SocketAbi.POLLFD_EVENTS, SocketAbi.POLLIN);
        }
    }

    /**
     * Waits until one of them can be read.
     *
     * @param timeoutMs milliseconds, 0: only look
     * @return how many can be read, 0 when the time is over, or {@code -errno}
     */
    public int await(int timeoutMs) {
        return Libc.poll(block.address(), count, timeoutMs);
    }

    @Override
    public void close() {
        block.close();
    }
}
