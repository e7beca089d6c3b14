package io.weir.bindings;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.agrona.UnsafeApi;

/**
 * Plain, ordered and byte-order aware access to memory by absolute address.
 *
 * <p>An access is one instruction, and a handful of nodes to the compiler. Through a {@link MemorySegment} it would be
 * the instruction, a bounds check and some six hundred nodes, of which C2 takes thirty times as many into a method before
 * it stops inlining (docs/decisions/0080). Copies, which are long, go through segments.
 *
 * <p>{@code …Be} methods read and write network byte order; the others the machine's own, which is little-endian. Packet
 * bytes may lie at any address; the ordered accesses (acquire, release, opaque) demand natural alignment, as the hardware
 * does.
 *
 * <p><b>Safety.</b> Nothing is checked in production. With {@code -Dweir.mem.check=true}, which every test of the
 * build sets, each access must fall into a region that was {@link #allow allowed}, or it throws
 * {@link IndexOutOfBoundsException}: a codec that reads one byte past its frame fails its test.
 */
public final class Mem {
    /** Whether every access is checked against the allowed regions. */
    public static final boolean CHECKED = Boolean.getBoolean("weir.mem.check");

    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

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
        return UnsafeApi.getByte(address) & 0xff;
    }

    public static void putU8(long address, int value) {
        if (CHECKED) MemRegions.check(address, 1);
        UnsafeApi.putByte(address, (byte) value);
    }

    public static int getU16(long address) {
        if (CHECKED) MemRegions.check(address, 2);
        return UnsafeApi.getShort(address) & 0xffff;
    }

    public static void putU16(long address, int value) {
        if (CHECKED) MemRegions.check(address, 2);
        UnsafeApi.putShort(address, (short) value);
    }

    public static int getU16Be(long address) {
        if (CHECKED) MemRegions.check(address, 2);
        return Short.reverseBytes(UnsafeApi.getShort(address)) & 0xffff;
    }

    public static void putU16Be(long address, int value) {
        if (CHECKED) MemRegions.check(address, 2);
        UnsafeApi.putShort(address, Short.reverseBytes((short) value));
    }

    public static int getInt(long address) {
        if (CHECKED) MemRegions.check(address, 4);
        return UnsafeApi.getInt(address);
    }

    public static void putInt(long address, int value) {
        if (CHECKED) MemRegions.check(address, 4);
        UnsafeApi.putInt(address, value);
    }

    public static int getIntBe(long address) {
        if (CHECKED) MemRegions.check(address, 4);
        return Integer.reverseBytes(UnsafeApi.getInt(address));
    }

    public static void putIntBe(long address, int value) {
        if (CHECKED) MemRegions.check(address, 4);
        UnsafeApi.putInt(address, Integer.reverseBytes(value));
    }

    public static long getU32Be(long address) {
        return getIntBe(address) & 0xffff_ffffL;
    }

    public static long getLong(long address) {
        if (CHECKED) MemRegions.check(address, 8);
        return UnsafeApi.getLong(address);
    }

    public static void putLong(long address, long value) {
        if (CHECKED) MemRegions.check(address, 8);
        UnsafeApi.putLong(address, value);
    }

    public static long getLongBe(long address) {
        if (CHECKED) MemRegions.check(address, 8);
        return Long.reverseBytes(UnsafeApi.getLong(address));
    }

    public static void putLongBe(long address, long value) {
        if (CHECKED) MemRegions.check(address, 8);
        UnsafeApi.putLong(address, Long.reverseBytes(value));
    }

    /** Load-acquire of a naturally aligned 32-bit word: pairs with {@link #putIntRelease}, also a kernel's. */
    public static int getIntAcquire(long address) {
        if (CHECKED) MemRegions.check(address, 4);
        return UnsafeApi.getIntAcquire(null, address);
    }

    /** Store-release of a naturally aligned 32-bit word. */
    public static void putIntRelease(long address, int value) {
        if (CHECKED) MemRegions.check(address, 4);
        UnsafeApi.putIntRelease(null, address, value);
    }

    public static int getIntOpaque(long address) {
        if (CHECKED) MemRegions.check(address, 4);
        return UnsafeApi.getIntOpaque(null, address);
    }

    public static void putIntOpaque(long address, int value) {
        if (CHECKED) MemRegions.check(address, 4);
        UnsafeApi.putIntOpaque(null, address, value);
    }

    /** Load-acquire of a naturally aligned 64-bit word. */
    public static long getLongAcquire(long address) {
        if (CHECKED) MemRegions.check(address, 8);
        return UnsafeApi.getLongAcquire(null, address);
    }

    /** Store-release of a naturally aligned 64-bit word. */
    public static void putLongRelease(long address, long value) {
        if (CHECKED) MemRegions.check(address, 8);
        UnsafeApi.putLongRelease(null, address, value);
    }

    public static long getLongOpaque(long address) {
        if (CHECKED) MemRegions.check(address, 8);
        return UnsafeApi.getLongOpaque(null, address);
    }

    public static void putLongOpaque(long address, long value) {
        if (CHECKED) MemRegions.check(address, 8);
        UnsafeApi.putLongOpaque(null, address, value);
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
            UnsafeApi.putLong(at, word);
        }
        for (; at < end; at++) {
            UnsafeApi.putByte(at, (byte) value);
        }
    }
}
