package io.weir.bindings;

import java.util.Arrays;

/**
 * The regions that checked memory access may touch; consulted only while {@link Mem#CHECKED}.
 *
 * <p>Any thread changes them, and each change makes a new sorted array, so that a check, which happens millions of
 * times as often, takes no lock and allocates nothing.
 */
final class MemRegions {
    /** Address and end of each region in turn, sorted by address. */
    private static volatile long[] bounds = {};

    private MemRegions() {}

    static synchronized void allow(long address, long length) {
        long[] old = bounds;
        int at = after(old, address);
        boolean known = at > 0 && old[at - 2] == address;
        if (known) {
            at -= 2;
        }
        long[] changed = new long[known ? old.length : old.length + 2];
        System.arraycopy(old, 0, changed, 0, at);
        changed[at] = address;
        changed[at + 1] = address + length;
        System.arraycopy(old, known ? at + 2 : at, changed, at + 2, changed.length - at - 2);
        bounds = changed;
    }

    static synchronized void forbid(long address) {
        long[] old = bounds;
        int at = after(old, address) - 2;
        if (at >= 0 && old[at] == address) {
            long[] changed = Arrays.copyOf(old, old.length - 2);
            System.arraycopy(old, at + 2, changed, at, changed.length - at);
            bounds = changed;
        }
    }

    /** Regions may lie within one another: any that holds the whole access will do. */
    static void check(long address, long length) {
        final long[] b = bounds;
        for (int at = after(b, address) - 2; at >= 0; at -= 2) {
            if (length >= 0 && address + length <= b[at + 1]) {
                return;
            }
        }
        throw new IndexOutOfBoundsException(describe(b, address, length));
    }

    /** Index behind the last region that begins at or below the address. */
    private static int after(long[] b, long address) {
        int low = 0;
        int high = b.length >> 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (b[middle << 1] <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low << 1;
    }

    private static String describe(long[] b, long address, long length) {
        int at = after(b, address) - 2;
        return "access of %d bytes at 0x%x, %s"
                .formatted(
                        length,
                        address,
                        at < 0
                                ? "below every allowed region"
                                : "nearest allowed: %d bytes at 0x%x".formatted(b[at + 1] - b[at], b[at]));
    }
}
