package io.weir.bindings;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The regions that checked memory access may touch; consulted only while {@link Mem#CHECKED}. */
final class MemRegions {
    private static final ConcurrentSkipListMap<Long, Long> LENGTH_BY_ADDRESS = new ConcurrentSkipListMap<>();

    private MemRegions() {}

    static void allow(long address, long length) {
        LENGTH_BY_ADDRESS.put(address, length);
    }

    static void forbid(long address) {
        LENGTH_BY_ADDRESS.remove(address);
    }

    /** Regions may lie within one another: any that holds the whole access will do. */
    static void check(long address, long length) {
        Map.Entry<Long, Long> nearest = LENGTH_BY_ADDRESS.floorEntry(address);
        for (Map.Entry<Long, Long> region = nearest;
                region != null;
                region = LENGTH_BY_ADDRESS.lowerEntry(region.getKey())) {
            if (length >= 0 && address + length <= region.getKey() + region.getValue()) {
                return;
            }
        }
        throw new IndexOutOfBoundsException("access of %d bytes at 0x%x, %s"
                .formatted(
                        length,
                        address,
                        nearest == null
                                ? "below every allowed region"
                                : "nearest allowed: %d bytes at 0x%x".formatted(nearest.getValue(), nearest.getKey())));
    }
}
