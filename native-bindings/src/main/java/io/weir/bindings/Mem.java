package io.weir.bindings;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Plain, ordered and byte-order aware access to memory by absolute address.
 *
 * <p>One segment spans the whole address space, so C2 compiles an access to a single machine instruction, as Unsafe
 * would. {@code …Be} methods read and write network byte order; the others the machine's own. Packet bytes may lie at
 * any address; the ordered accesses (acquire, release, opaque) demand natural alignment, as the hardware does.
 *
 * <p><b>Safety.</b> Nothing is checked in production. With {@code -Dweir.mem.check=true}, which every test of the
 * build sets, each access must fall into a region that was {@link #allow allowed}, or it throws
 * {@link IndexOutOfBoundsException}: a codec that reads one byte past its frame fails its test.
 */
public final class Mem {
    /** Whether every access is checked against the allowed regions. */
    public static final boolean CHECKED = Boolean.getBoolean("weir.mem.check");

    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ValueLayout.OfShort SHORT_BE = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BE = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_BE = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private Mem() {}

    /**
     * Declares a region legal to access while checks are on; does nothing otherwise.
     *
     * @param address first byte
     * @param length bytes
     */
    public static void allow(long address, long length) {
        if (CHECKED) {
            MemRegions.allow(address, length);
        }
    }

    /**
     * Withdraws a region that was allowed.
     *
     * @param address its first byte
     */
    public static void forbid(long address) {
        if (CHECKED) {
            MemRegions.forbid(address);
        }
    }

    public static int getU8(long address) {
        if (CHECKED) MemRegions.check(address, 1);
        return ALL.get(JAVA_BYTE, address) & 0xff;
    }

    public static void putU8(long address, int value) {
        if (CHECKED) MemRegions.check(address, 1);
        ALL.set(JAVA_BYTE, address, (byte) value);
    }

    public static int getU16(long address) {
        if (CHECKED) MemRegions.check(address, 2);
        return ALL.get(JAVA_SHORT_UNALIGNED, address) & 0xffff;
    }

    public static void putU16(long address, int value) {
        if (CHECKED) MemRegions.check(address, 2);
        ALL.set(JAVA_SHORT_UNALIGNED, address, (short) value);
    }

    public static int getU16Be(long address) {
        if (CHECKED) MemRegions.check(address, 2);
        return ALL.get(SHORT_BE, address) & 0xffff;
    }

    public static void putU16Be(long address, int value) {
        if (CHECKED) MemRegions.check(address, 2);
        ALL.set(SHORT_BE, address, (short) value);
    }

    public static int getInt(long address) {
        if (CHECKED) MemRegions.check(address, 4);
        return ALL.get(JAVA_INT_UNALIGNED, address);
    }

    public static void putInt(long address, int value) {
        if (CHECKED) MemRegions.check(address, 4);
        ALL.set(JAVA_INT_UNALIGNED, address, value);
    }

    public static int getIntBe(long address) {
        if (CHECKED) MemRegions.check(address, 4);
        return ALL.get(INT_BE, address);
    }

    public static void putIntBe(long address, int value) {
        if (CHECKED) MemRegions.check(address, 4);
        ALL.set(INT_BE, address, value);
    }

    public static long getU32Be(long address) {
        return getIntBe(address) & 0xffff_ffffL;
    }

    public static long getLong(long address) {
        if (CHECKED) MemRegions.check(address, 8);
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    public static void putLong(long address, long value) {
        if (CHECKED) MemRegions.check(address, 8);
        ALL.set(JAVA_LONG_UNALIGNED, address, value);
    }

    public static long getLongBe(long address) {
        if (CHECKED) MemRegions.check(address, 8);
        return ALL.get(LONG_BE, address);
    }

    public static void putLongBe(long address, long value) {
        if (CHECKED) MemRegions.check(address, 8);
        ALL.set(LONG_BE, address, value);
    }

    /** Load-acquire of a naturally aligned 32-bit word: pairs with {@link #putIntRelease}, also a kernel's. */
    public static int getIntAcquire(long address) {
        if (CHECKED) MemRegions.check(address, 4);
        return (int) INT.getAcquire(ALL, address);
    }

    /** Store-release of a naturally aligned 32-bit word. */
    public static void putIntRelease(long address, int value) {
        if (CHECKED) MemRegions.check(address, 4);
        INT.setRelease(ALL, address, value);
    }

    public static int getIntOpaque(long address) {
        if (CHECKED) MemRegions.check(address, 4);
        return (int) INT.getOpaque(ALL, address);
    }

    public static void putIntOpaque(long address, int value) {
        if (CHECKED) MemRegions.check(address, 4);
        INT.setOpaque(ALL, address, value);
    }

    /** Load-acquire of a naturally aligned 64-bit word. */
    public static long getLongAcquire(long address) {
        if (CHECKED) MemRegions.check(address, 8);
        return (long) LONG.getAcquire(ALL, address);
    }

    /** Store-release of a naturally aligned 64-bit word. */
    public static void putLongRelease(long address, long value) {
        if (CHECKED) MemRegions.check(address, 8);
        LONG.setRelease(ALL, address, value);
    }

    public static long getLongOpaque(long address) {
        if (CHECKED) MemRegions.check(address, 8);
        return (long) LONG.getOpaque(ALL, address);
    }

    public static void putLongOpaque(long address, long value) {
        if (CHECKED) MemRegions.check(address, 8);
        LONG.setOpaque(ALL, address, value);
    }

    /** Copies bytes between two regions, which may overlap. */
    public static void copy(long source, long destination, long length) {
        if (CHECKED) {
            MemRegions.check(source, length);
            MemRegions.check(destination, length);
        }
        MemorySegment.copy(ALL, source, ALL, destination, length);
    }

    /** Copies bytes out of an array. */
    public static void copy(byte[] source, int offset, long destination, int length) {
        if (CHECKED) MemRegions.check(destination, length);
        MemorySegment.copy(source, offset, ALL, JAVA_BYTE, destination, length);
    }

    /** Copies bytes into an array. */
    public static void copy(long source, byte[] destination, int offset, int length) {
        if (CHECKED) MemRegions.check(source, length);
        MemorySegment.copy(ALL, JAVA_BYTE, source, destination, offset, length);
    }

    /** Sets every byte of a region. Stores word by word: a slice of the segment would be an object. */
    public static void fill(long address, long length, int value) {
        if (CHECKED) MemRegions.check(address, length);
        long word = (value & 0xffL) * 0x0101_0101_0101_0101L;
        long at = address;
        long end = address + length;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            ALL.set(JAVA_LONG_UNALIGNED, at, word);
        }
        for (; at < end; at++) {
            ALL.set(JAVA_BYTE, at, (byte) value);
        }
    }
}
