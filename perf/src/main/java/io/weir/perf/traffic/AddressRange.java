package io.weir.perf.traffic;

import io.weir.scheduler.IpAddress;

/**
 * Consecutive addresses of one family that differ in their last 32 bits only.
 *
 * @param first the lowest
 * @param size how many, 1…2³²
 */
public record AddressRange(IpAddress first, long size) {
    private static final long LOW = 0xffff_ffffL;

    /** Checks that the range does not run over the end of the last 32 bits. */
    public AddressRange {
        if (size < 1 || (first.lo() & LOW) + size > LOW + 1) {
            throw new IllegalArgumentException(
                    "%d addresses from %s; a range that stays within the last 32 bits would be right"
                            .formatted(size, first));
        }
    }

    /** A range of one. */
    public static AddressRange of(IpAddress only) {
        return new AddressRange(only, 1);
    }

    /**
     * Reads {@code ADDRESS} or {@code FIRST-LAST}.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    public static AddressRange parse(String text) {
        String[] ends = text.strip().split("-", -1);
        if (ends.length > 2) {
            throw new IllegalArgumentException(
                    "\"%s\"; an address or FIRST-LAST would be right, for example 10.0.0.1-10.0.0.99".formatted(text));
        }
        IpAddress first = IpAddress.parse(ends[0].strip());
        if (ends.length == 1) {
            return of(first);
        }
        IpAddress last = IpAddress.parse(ends[1].strip());
        long size = (last.lo() & LOW) - (first.lo() & LOW) + 1;
        if (first.hi() != last.hi() || first.lo() >>> 32 != last.lo() >>> 32 || size < 1) {
            throw new IllegalArgumentException(
                    "\"%s\"; the last address must be of the same family, not below the first, and differ in the last 32 bits only"
                            .formatted(text));
        }
        return new AddressRange(first, size);
    }

    public boolean isV4() {
        return first.isV4();
    }

    /** The upper half, which all share. */
    public long hi() {
        return first.hi();
    }

    /** The lower half of one. */
    public long lo(long index) {
        return first.lo() + index;
    }

    /**
     * Which one it is.
     *
     * @return 0…size − 1, or -1 for an address that is not in the range
     */
    public long indexOf(long hi, long lo) {
        long index = lo - first.lo();
        return hi == first.hi() && index >= 0 && index < size ? index : -1;
    }

    @Override
    public String toString() {
        return size == 1 ? first.toString() : first + "-" + new IpAddress(hi(), lo(size - 1));
    }
}
