package io.weir.bindings.xdp;

import static io.weir.bindings.MmanAbi.MAP_POPULATE;
import static io.weir.bindings.MmanAbi.MAP_SHARED;
import static io.weir.bindings.MmanAbi.PROT_READ;
import static io.weir.bindings.MmanAbi.PROT_WRITE;
import static io.weir.bindings.SocketAbi.SOL_XDP;

import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.SocketAbi;

/** Creates and maps the rings of one socket, and unmaps them. */
final class XskRings {
    /** What one frame in flight may count for in the socket's send buffer. */
    private static final int SEND_BUFFER_PER_FRAME = 4096;

    private static final int SEND_BUFFER_MAX = 64 << 20;
    /** Frames that one kick may send: bounds the time inside the kernel to some hundred microseconds. */
    private static final int KICK_BUDGET = 256;

    private final int fd;
    private final long[] mapped = new long[4];
    private final long[] lengths = new long[4];
    private int maps;
    private XskConsumerRing rx;
    private XskProducerRing tx;
    private XskProducerRing fill;
    private XskConsumerRing completion;

    private XskRings(int fd) {
        this.fd = fd;
    }

    /** All four rings, of equal size. */
    static XskRings all(int fd, int size) {
        XskRings rings = new XskRings(fd);
        try {
            rings.create(XskAbi.XDP_UMEM_FILL_RING, "XDP_UMEM_FILL_RING", size);
            rings.create(XskAbi.XDP_UMEM_COMPLETION_RING, "XDP_UMEM_COMPLETION_RING", size);
            rings.create(XskAbi.XDP_RX_RING, "XDP_RX_RING", size);
            rings.createTx(size);
            try (NativeBlock offsets = new NativeBlock(XskAbi.OFFSETS_SIZE + Long.BYTES)) {
                rings.readOffsets(offsets);
                long fr = offsets.address() + XskAbi.OFFSETS_FR;
                rings.fill = rings.producer(XskAbi.XDP_UMEM_PGOFF_FILL_RING, fr, size, XskAbi.ADDRESS_SIZE);
                long cr = offsets.address() + XskAbi.OFFSETS_CR;
                rings.completion = rings.consumer(XskAbi.XDP_UMEM_PGOFF_COMPLETION_RING, cr, size, XskAbi.ADDRESS_SIZE);
                long rx = offsets.address() + XskAbi.OFFSETS_RX;
                rings.rx = rings.consumer(XskAbi.XDP_PGOFF_RX_RING, rx, size, XskAbi.DESC_SIZE);
                rings.mapTx(offsets, size);
            }
            return rings;
        } catch (NativeException e) {
            rings.unmap();
            throw e;
        }
    }

    /** The TX ring alone. */
    static XskRings transmitOnly(int fd, int size) {
        XskRings rings = new XskRings(fd);
        try {
            rings.createTx(size);
            try (NativeBlock offsets = new NativeBlock(XskAbi.OFFSETS_SIZE + Long.BYTES)) {
                rings.readOffsets(offsets);
                rings.mapTx(offsets, size);
            }
            return rings;
        } catch (NativeException e) {
            rings.unmap();
            throw e;
        }
    }

    private void createTx(int size) {
        create(XskAbi.XDP_TX_RING, "XDP_TX_RING", size);
        // Both only widen what a kick may send in copy mode: without them it takes more kicks.
        set(XskAbi.XDP_MAX_TX_SKB_BUDGET, SOL_XDP, Math.min(size, KICK_BUDGET));
        set(SocketAbi.SO_SNDBUFFORCE, SocketAbi.SOL_SOCKET, (int)
                Math.min((long) size * SEND_BUFFER_PER_FRAME, SEND_BUFFER_MAX));
    }

    private void create(int option, String name, int size) {
        NativeException.check(set(option, SOL_XDP, size), "setsockopt(%s, %d)".formatted(name, size));
    }

    private int set(int option, int level, int value) {
        try (NativeBlock argument = new NativeBlock(Integer.BYTES)) {
            Mem.putInt(argument.address(), value);
            return Libc.setsockopt(fd, level, option, argument.address(), Integer.BYTES);
        }
    }

    private void readOffsets(NativeBlock offsets) {
        long length = offsets.address() + XskAbi.OFFSETS_SIZE;
        Mem.putInt(length, XskAbi.OFFSETS_SIZE);
        NativeException.check(
                Libc.getsockopt(fd, SOL_XDP, XskAbi.XDP_MMAP_OFFSETS, offsets.address(), length),
                "getsockopt(XDP_MMAP_OFFSETS)");
        if (Mem.getInt(length) != XskAbi.OFFSETS_SIZE) {
            throw new NativeException("getsockopt(XDP_MMAP_OFFSETS)", Errno.ENOSYS, "Linux 5.4 or newer is needed");
        }
    }

    private void mapTx(NativeBlock offsets, int size) {
        tx = producer(XskAbi.XDP_PGOFF_TX_RING, offsets.address() + XskAbi.OFFSETS_TX, size, XskAbi.DESC_SIZE);
    }

    private XskProducerRing producer(long pageOffset, long offsets, int size, int entrySize) {
        long entries = Mem.getLong(offsets + XskAbi.RING_DESC);
        return new XskProducerRing(
                map(pageOffset, entries + (long) size * entrySize),
                Mem.getLong(offsets + XskAbi.RING_PRODUCER),
                Mem.getLong(offsets + XskAbi.RING_CONSUMER),
                entries,
                Mem.getLong(offsets + XskAbi.RING_FLAGS),
                size);
    }

    private XskConsumerRing consumer(long pageOffset, long offsets, int size, int entrySize) {
        long entries = Mem.getLong(offsets + XskAbi.RING_DESC);
        return new XskConsumerRing(
                map(pageOffset, entries + (long) size * entrySize),
                Mem.getLong(offsets + XskAbi.RING_PRODUCER),
                Mem.getLong(offsets + XskAbi.RING_CONSUMER),
                entries,
                size);
    }

    private long map(long pageOffset, long length) {
        long address = Libc.mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, pageOffset);
        if (address < 0) {
            throw new NativeException("mmap(AF_XDP ring 0x%x, %d)".formatted(pageOffset, length), (int) -address);
        }
        Mem.allow(address, length);
        mapped[maps] = address;
        lengths[maps++] = length;
        return address;
    }

    XskConsumerRing rx() {
        return rx;
    }

    XskProducerRing tx() {
        return tx;
    }

    XskProducerRing fill() {
        return fill;
    }

    XskConsumerRing completion() {
        return completion;
    }

    void unmap() {
        while (maps > 0) {
            maps--;
            Mem.forbid(mapped[maps]);
            Libc.munmap(mapped[maps], lengths[maps]);
        }
    }
}
