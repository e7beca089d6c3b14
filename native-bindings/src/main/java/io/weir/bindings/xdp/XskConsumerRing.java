package io.weir.bindings.xdp;

import io.weir.bindings.Mem;

/**
 * A ring that the kernel fills and user space empties: RX (descriptors) or COMPLETION (addresses).
 *
 * <p>This side alone writes the consumer index (release: orders the reads of entries before it) and reads the producer
 * index (acquire: orders those reads after it); the kernel does the opposite in {@code net/xdp/xsk_queue.h}. Indexes are
 * unsigned 32-bit numbers that wrap; only differences are compared. Owned by one thread.
 */
public final class XskConsumerRing {
    private final long producer;
    private final long consumer;
    private final long entries;
    private final int size;
    private final int mask;
    private int read;

    XskConsumerRing(long base, long producer, long consumer, long entries, int size) {
        this.producer = base + producer;
        this.consumer = base + consumer;
        this.entries = base + entries;
        this.size = size;
        this.mask = size - 1;
        this.read = Mem.getIntAcquire(this.consumer);
    }

    /** Entries that can be read now. */
    public int available() {
        return Mem.getIntAcquire(producer) - read; // pairs with the kernel's smp_store_release of the producer
    }

    /** RX: address in the {@code i}-th entry from here, counted from the start of the UMEM. */
    public long offset(int i) {
        return Mem.getLong(entries + ((long) (read + i & mask) << 4) + XskAbi.DESC_ADDR);
    }

    /** RX: length in the {@code i}-th entry from here. */
    public int length(int i) {
        return Mem.getInt(entries + ((long) (read + i & mask) << 4) + XskAbi.DESC_LEN);
    }

    /** COMPLETION: the {@code i}-th address from here, as it was given to TX. */
    public long completed(int i) {
        return Mem.getLong(entries + ((long) (read + i & mask) << 3));
    }

    /** Gives the next entries back to the kernel, by one release store. */
    public void release(int count) {
        read += count;
        Mem.putIntRelease(consumer, read); // pairs with the kernel's smp_load_acquire of the consumer
    }

    /** Entries of the ring. */
    public int size() {
        return size;
    }
}
