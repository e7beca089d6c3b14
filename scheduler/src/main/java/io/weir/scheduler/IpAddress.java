package io.weir.scheduler;

/**
 * An IPv4 or IPv6 address as two big-endian halves, IPv4 as v4-mapped IPv6 ({@code ::ffff:a.b.c.d}).
 *
 * <pre>
 *        hi                     lo
 *  IPv4  0000 0000 0000 0000    0000 ffff aabb ccdd
 *  IPv6  2001 0db8 0000 0000    0000 0000 0000 0005
 * </pre>
 *
 * @param hi bytes 0 to 7
 * @param lo bytes 8 to 15
 */
public record IpAddress(long hi, long lo) implements Comparable<IpAddress> {
    /** The lower half of {@code ::ffff:0.0.0.0}, the mark of an IPv4 address beside a zero upper half. */
    public static final long V4_PREFIX = 0x0000_ffff_0000_0000L;

    /**
     * Makes an IPv4 address.
     *
     * @param address its 32 bits in network order
     * @return the address
     */
    public static IpAddress ofV4(int address) {
        return new IpAddress(0, V4_PREFIX | (address & 0xffff_ffffL));
    }

    /**
     * Reads an address literal. No names, no zone, no abbreviated or octal IPv4.
     *
     * @param text four decimal numbers, or RFC 4291 section 2.2 without brackets
     * @return the address; {@code ::ffff:a.b.c.d} is the IPv4 address
     * @throws IllegalArgumentException if it is no such literal; the message says why
     */
    public static IpAddress parse(String text) {
        return IpAddressText.parse(text);
    }

    /**
     * Whether it is an IPv4 address.
     *
     * @return true for IPv4
     */
    public boolean isV4() {
        return hi == 0 && (lo & 0xffff_ffff_0000_0000L) == V4_PREFIX;
    }

    /**
     * Whether its 128 bits are a v4-mapped IPv6 address: the same as {@link #isV4()}, since a value does not remember
     * how it was written.
     *
     * @return true for {@code ::ffff:0:0/96}
     */
    public boolean isV4Mapped() {
        return isV4();
    }

    /**
     * The 32 bits of an IPv4 address.
     *
     * @return in network order, the first octet uppermost
     */
    public int v4() {
        return (int) lo;
    }

    /**
     * Whether it is {@code 0.0.0.0} or {@code ::}.
     *
     * @return true for the unspecified address of either family
     */
    public boolean isUnspecified() {
        return hi == 0 && (lo == 0 || lo == V4_PREFIX);
    }

    /**
     * Whether it is a multicast address of either family, or IPv4's limited broadcast.
     *
     * @return true if it cannot be the address of one host
     */
    public boolean isMulticast() {
        return isV4() ? (v4() >>> 28) == 0xe || v4() == -1 : (hi >>> 56) == 0xff;
    }

    /**
     * Whether it is a loopback address of either family.
     *
     * @return true for {@code 127.0.0.0/8} and {@code ::1}
     */
    public boolean isLoopback() {
        return isV4() ? (v4() >>> 24) == 127 : hi == 0 && lo == 1;
    }

    @Override
    public int compareTo(IpAddress other) {
        final int upper = Long.compareUnsigned(hi, other.hi);
        return upper != 0 ? upper : Long.compareUnsigned(lo, other.lo);
    }

    /** {@return dotted decimal, or the canonical text of RFC 5952} */
    @Override
    public String toString() {
        return IpAddressText.format(this);
    }
}
