package io.weir.bindings;

import java.util.Arrays;

/**
 * The regions that checked memory access may touch; consulted only while {@link Mem#CHECKED}.
 *
 * <p>A snapshot of sorted starts and their lengths: looking up allocates nothing, so that checked tests can still show
 * that the data path does not.
 */
final class MemRegions {
    private record Snapshot(long[] starts, long[] lengths) {}

    private static volatile Snapshot regions = new Snapshot(new long[0], new long[0]);

    private MemRegions() {}

    static synchronized void allow(long address, long length) {
        Snapshot old = regions;
        int at = Arrays.binarySearch(old.starts, address);
        if (at >= 0) {
            long[] lengths = old.lengths.clone();
            lengths[at] = length;
            regions = new Snapshot(old.starts, lengths);
            return;
        }
        regions = new Snapshot(insert(old.starts, -at - 1, address), insert(old.lengths, -at - 1, length));
    }

    static synchronized void forbid(long address) {
        Snapshot old = regions;
        int at = Arrays.binarySearch(old.starts, address);
        if (at >= 0) {
            regions = new Snapshot(remove(old.starts, at), remove(old.lengths, at));
        }
    }

    /** Regions may lie within one another: any that holds the whole access will do. */
    static void check(long address, long length) {
        Snapshot now = regions;
        int found = Arrays.binarySearch(now.starts, address);
        int nearest = found >= 0 ? found : -found - 2;
        for (int at = nearest; at >= 0; at--) {
            if (length >= 0 && address + length <= now.starts[at] + now.lengths[at]) {
                return;
            }
        }
        throw new IndexOutOfBoundsException("access of %d bytes at 0x%x, %s"
                .formatted(
                        length,
                        address,
                        nearest < 0
                                ? "below every allowed region"
                                : "nearest allowed: %d bytes at 0x%x"
                                        .formatted(now.lengths[nearest], now.starts[nearest])));
    }

    private static long[] insert(long[] values, int at, long value) {
        long[] longer = new long[values.length + 1];
        System.arraycopy(values, 0, longer, 0, at);
        longer[at] = value;
        System.arraycopy(values, at, longer, at + 1, values.length - at);
        return longer;
    }

    private static long[] remove(long[] values, int at) {
        long[] shorter = new long[values.length - 1];
        System.arraycopy(values, 0, shorter, 0, at);
        System.arraycopy(values, at + 1, shorter, at, shorter.length - at);
        return shorter;
    }
}
