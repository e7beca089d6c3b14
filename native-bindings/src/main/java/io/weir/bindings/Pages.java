package io.weir.bindings;

import static io.weir.bindings.MmanAbi.MADV_DONTFORK;
import static io.weir.bindings.MmanAbi.MADV_HUGEPAGE;
import static io.weir.bindings.MmanAbi.MADV_POPULATE_WRITE;
import static io.weir.bindings.MmanAbi.MAP_ANONYMOUS;
import static io.weir.bindings.MmanAbi.MAP_HUGETLB;
import static io.weir.bindings.MmanAbi.MAP_HUGE_2MB;
import static io.weir.bindings.MmanAbi.MAP_PRIVATE;
import static io.weir.bindings.MmanAbi.PROT_READ;
import static io.weir.bindings.MmanAbi.PROT_WRITE;

/**
 * Anonymous memory in pages as large as the machine gives, so that the data path seldom misses the TLB, and touched before
 * it is used, so that it never takes a page fault.
 *
 * <p>Three kinds, tried in this order: explicit 2 MiB pages out of the pool that {@code vm.nr_hugepages} reserves;
 * transparent huge pages asked for by {@code madvise(2)}; ordinary pages. The mapping begins at a multiple of 2 MiB,
 * its length is one too, and child processes do not inherit it. The owner closes it after the last user is gone: a
 * later access would crash the process.
 *
 * <p>{@link #map} touches everything at once. {@link #reserve} leaves that to {@link PagePopulation}; what is used before
 * its turn comes costs a fault on an ordinary page, which is short, and not on a huge one, which has to be cleared first.
 */
public final class Pages implements AutoCloseable {
    /** What the operator wants: {@code io.hugepages}. */
    public enum Mode {
        /** The best that can be had. */
        AUTO,
        /** Explicit huge pages or nothing. */
        ON,
        /** Ordinary pages. */
        OFF
    }

    /** What was got. */
    public enum Kind {
        /** From {@code vm.nr_hugepages}. */
        EXPLICIT_HUGE,
        /** Given by the kernel on request; {@link #reason} says how many bytes of them. */
        TRANSPARENT_HUGE,
        /** 4 KiB pages. */
        SMALL
    }

    /** Bytes of a huge page. */
    public static final long HUGE_PAGE = 2L << 20;

    private final long address;
    private final long length;
    private final boolean explicit;
    private final boolean transparent;
    private final String reason;
    private boolean closed;

    private Pages(long address, long length, boolean explicit, boolean transparent, String reason) {
        this.address = address;
        this.length = length;
        this.explicit = explicit;
        this.transparent = transparent;
        this.reason = reason;
        Libc.madvise(address, length, MADV_DONTFORK);
        Mem.allow(address, length);
    }

    /**
     * Maps and touches memory.
     *
     * @param bytes at least this many
     * @param mode which kind is wanted
     * @throws NativeException when there is no memory, or no huge pages although they are demanded
     */
    public static Pages map(long bytes, Mode mode) {
        Pages pages = reserve(bytes, mode);
        try {
            pages.populate(0, pages.length);
            return pages;
        } catch (NativeException e) {
            pages.close();
            throw e;
        }
    }

    /**
     * Maps memory and does not touch it yet.
     *
     * @param bytes at least this many
     * @param mode which kind is wanted
     * @throws NativeException when there is no room, or no huge pages although they are demanded
     */
    public static Pages reserve(long bytes, Mode mode) {
        long length = (Math.max(bytes, 1) + HUGE_PAGE - 1) & -HUGE_PAGE;
        if (mode == Mode.OFF) {
            return small(length, false, "switched off");
        }
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB;
        long address = Libc.mmap(0, length, PROT_READ | PROT_WRITE, flags, -1, 0);
        if (address > 0) {
            return new Pages(address, length, true, false, "");
        }
        long count = length / HUGE_PAGE;
        if (mode == Mode.ON) {
            throw new NativeException(
                    "mmap(%d MiB, MAP_HUGETLB)".formatted(length >> 20),
                    (int) -address,
                    "reserve %d huge pages: sysctl vm.nr_hugepages=%d, or set io.hugepages = auto"
                            .formatted(count, count));
        }
        return small(length, true, "no %d explicit huge pages: %s".formatted(count, Errno.describe((int) -address)));
    }

    private static Pages small(long length, boolean transparent, String why) {
        long mapped = length + HUGE_PAGE;
        long start = Libc.mmap(0, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start < 0) {
            throw new NativeException("mmap(%d MiB)".formatted(mapped >> 20), (int) -start);
        }
        long address = (start + HUGE_PAGE - 1) & -HUGE_PAGE;
        if (address > start) {
            Libc.munmap(start, address - start);
        }
        if (start + mapped > address + length) {
            Libc.munmap(address + length, start + mapped - address - length);
        }
        return new Pages(address, length, false, transparent, why);
    }

    /**
     * Touches a part of the memory, whose contents stay as they are. Any thread, also while others use the memory.
     *
     * @param offset first byte of the part, a multiple of {@link #HUGE_PAGE}
     * @param bytes of the part, a multiple of it too
     * @throws NativeException when there is not enough memory
     */
    void populate(long offset, long bytes) {
        long from = address + offset;
        if (transparent) {
            Libc.madvise(from, bytes, MADV_HUGEPAGE); // where the kernel has none, ordinary pages do
        }
        int status = Libc.madvise(from, bytes, MADV_POPULATE_WRITE);
        while (status == -Errno.EINTR || status == -Errno.EAGAIN) {
            status = Libc.madvise(from, bytes, MADV_POPULATE_WRITE);
        }
        if (status < 0) {
            throw new NativeException(
                    "madvise(%d MiB, MADV_POPULATE_WRITE)".formatted(bytes >> 20),
                    -status,
                    "there is less free memory, or a control group allows less");
        }
    }

    /** First byte, a multiple of 2 MiB. */
    public long address() {
        return address;
    }

    /** Bytes mapped, a multiple of 2 MiB. */
    public long length() {
        return length;
    }

    /** What was got, as far as the memory has been touched. */
    public Kind kind() {
        if (explicit) {
            return Kind.EXPLICIT_HUGE;
        }
        return transparent && hugeBytes() > 0 ? Kind.TRANSPARENT_HUGE : Kind.SMALL;
    }

    /** Why it is nothing better; empty when it is the best. */
    public String reason() {
        return transparent
                ? "%s; %d of %d MiB are transparent huge pages".formatted(reason, hugeBytes() >> 20, length >> 20)
                : reason;
    }

    private long hugeBytes() {
        return Math.min(length, MemoryMaps.transparentHugeBytes(address, address + length));
    }

    /** Unmaps the memory. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Mem.forbid(address);
            Libc.munmap(address, length);
        }
    }
}
