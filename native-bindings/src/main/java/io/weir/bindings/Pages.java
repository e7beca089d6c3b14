package io.weir.bindings;

import static io.weir.bindings.MmanAbi.MADV_DONTFORK;
import static io.weir.bindings.MmanAbi.MADV_HUGEPAGE;
import static io.weir.bindings.MmanAbi.MAP_ANONYMOUS;
import static io.weir.bindings.MmanAbi.MAP_HUGETLB;
import static io.weir.bindings.MmanAbi.MAP_HUGE_2MB;
import static io.weir.bindings.MmanAbi.MAP_POPULATE;
import static io.weir.bindings.MmanAbi.MAP_PRIVATE;
import static io.weir.bindings.MmanAbi.PROT_READ;
import static io.weir.bindings.MmanAbi.PROT_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Anonymous memory in pages as large as the machine gives, touched before it is handed out, so that the data path never
 * takes a page fault and seldom a TLB miss.
 *
 * <p>Three kinds, tried in this order: explicit 2 MiB pages out of the pool that {@code vm.nr_hugepages} reserves;
 * transparent huge pages asked for by {@code madvise(2)}; ordinary pages. The mapping begins at a multiple of 2 MiB,
 * its length is one too, and child processes do not inherit it. The owner closes it after the last user is gone: a
 * later access would crash the process.
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

    private static final long SMALL_PAGE = 4096;
    private static final Path SMAPS = Path.of("/proc/self/smaps");

    private final long address;
    private final long length;
    private final Kind kind;
    private final String reason;
    private boolean closed;

    private Pages(long address, long length, Kind kind, String reason) {
        this.address = address;
        this.length = length;
        this.kind = kind;
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
        long length = (Math.max(bytes, 1) + HUGE_PAGE - 1) & -HUGE_PAGE;
        if (mode == Mode.OFF) {
            return small(length, false, "switched off");
        }
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB | MAP_POPULATE;
        long address = Libc.mmap(0, length, PROT_READ | PROT_WRITE, flags, -1, 0);
        if (address > 0) {
            return new Pages(address, length, Kind.EXPLICIT_HUGE, "");
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
        int protection = PROT_READ | PROT_WRITE;
        long start = Libc.mmap(0, mapped, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
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
        int advised = transparent ? Libc.madvise(address, length, MADV_HUGEPAGE) : 0;
        Mem.allow(address, length);
        for (long page = address; page < address + length; page += SMALL_PAGE) {
            Mem.putU8(page, 0);
        }
        if (!transparent) {
            return new Pages(address, length, Kind.SMALL, why);
        }
        if (advised < 0) {
            return new Pages(
                    address, length, Kind.SMALL, why + "; no transparent ones either: " + Errno.describe(-advised));
        }
        long huge = hugeBytes(address);
        return new Pages(
                address,
                length,
                huge > 0 ? Kind.TRANSPARENT_HUGE : Kind.SMALL,
                "%s; %d of %d MiB are transparent huge pages".formatted(why, huge >> 20, length >> 20));
    }

    /** Bytes of transparent huge pages in the mapping that begins here, by {@code /proc/self/smaps}; 0 if unknown. */
    private static long hugeBytes(long address) {
        String start = Long.toHexString(address) + "-";
        try (var lines = Files.lines(SMAPS)) {
            return lines.dropWhile(line -> !line.startsWith(start))
                    .filter(line -> line.startsWith("AnonHugePages:"))
                    .findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .orElse(0L);
        } catch (IOException e) {
            return 0;
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

    /** What was got. */
    public Kind kind() {
        return kind;
    }

    /** Why it is nothing better; empty when it is the best. */
    public String reason() {
        return reason;
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
