package io.weir.bindings;

/** Memory mapping numbers of {@code asm-generic/mman.h} and {@code mman-common.h} (Linux 6.1). */
public final class MmanAbi {
    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;

    public static final int MAP_SHARED = 0x01;
    public static final int MAP_PRIVATE = 0x02;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_POPULATE = 0x8000;
    public static final int MAP_HUGETLB = 0x4_0000;
    /** Base-2 logarithm of the page size, 21, shifted by {@code MAP_HUGE_SHIFT}, 26. */
    public static final int MAP_HUGE_2MB = 21 << 26;

    public static final int MADV_DONTFORK = 10;
    public static final int MADV_HUGEPAGE = 14;
    public static final int MADV_POPULATE_WRITE = 23;

    private MmanAbi() {}
}
