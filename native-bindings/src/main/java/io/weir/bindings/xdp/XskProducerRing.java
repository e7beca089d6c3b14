package io.weir.bindings.xdp;

import io.weir.bindings.Mem;

/**
 * A ring that user space fills and the kernel empties: FILL (addresses) or TX (descriptors).
 *
 * <p>This side alone writes the producer index (release: orders the entries before it) and reads the consumer index
 * (acquire: orders the reuse of entries after it); the kernel does the opposite in {@code net/xdp/xsk_queue.h}. Indexes
 * are unsigned 32-bit numbers that wrap; only differences are compared. Owned by one thread.
 */
public final class XskProducerRing {
    private final long producer;
    private final long consumer;
    private final long flags;
    private final long entries;
    private final int size;
    private final int mask;
    private int written;
    private int published;
    private int seenConsumer;

    XskProducerRing(long base, long producer, long consumer, long entries, long flags, int size) {
        this.producer = base + producer;
        this.consumer = base + consumer;
        this.entries = base + entries;
        this.flags = base + flags;
        this.size = size;
        this.mask = size - 1;
        this.written = Mem.getIntAcquire(this.producer);
        this.published = written;
        this.seenConsumer = Mem.getIntAcquire(this.consumer);
    }

    /** Entries that can be written now; reads the kernel's index only when it seems that there is none. */
    public int room() {
        int room = size - (written - seenConsumer);
        if (room == 0) {
            seenConsumer = Mem.getIntAcquire(consumer);
            room = size - (written - seenConsumer);
        }
        return room;
    }

    /** Entries that can be written now, by the kernel's newest word. */
    public int freshRoom() {
        seenConsumer = Mem.getIntAcquire(consumer);
        return size - (written - seenConsumer);
    }

    /** FILL: writes one address, counted from the start of the UMEM; there must be room. */
    public void put(long offset) {
        Mem.putLong(entries + ((long) (written++ & mask) << 3), offset);
    }

    /** TX: writes one descriptor; there must be room. */
    public void put(long offset, int length) {
        long entry = entries + ((long) (written++ & mask) << 4);
        Mem.putLong(entry + XskAbi.DESC_ADDR, offset);
        Mem.putLong(entry + XskAbi.DESC_LEN, length); // and options = 0
    }

    /** Shows everything written so far to the kernel, by one release store. */
    public void publish() {
        if (written != published) {
            published = written;
            Mem.putIntRelease(producer, written); // pairs with the kernel's smp_load_acquire of the producer
        }
    }

    /** Entries shown to the kernel that it has not taken yet, by its newest word. */
    public int outstanding() {
        return published - Mem.getIntAcquire(consumer);
    }

    /** Whether the kernel asks to be woken by a system call. */
    public boolean needsWakeup() {
        return (Mem.getIntOpaque(flags) & XskAbi.XDP_RING_NEED_WAKEUP) != 0;
    }

    /** Entries of the ring. */
    public int size() {
        return size;
    }
}
