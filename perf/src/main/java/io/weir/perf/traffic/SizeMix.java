package io.weir.perf.traffic;

import java.util.ArrayList;
import java.util.List;

/**
 * Frame sizes and how often each comes. Sizes are those of RFC 2544 and Pktgen-DPDK: with the frame check sequence, so
 * the shortest Ethernet frame is 64; in memory a frame is {@link #FCS} bytes shorter.
 *
 * @param sizes in bytes, in the order in which they come
 */
public record SizeMix(List<Integer> sizes) {
    /** Bytes of the frame check sequence. */
    public static final int FCS = 4;

    /** The shortest Ethernet frame. */
    public static final int MIN = 64;

    /** The longest that fits into a frame of 2048 bytes behind its headroom. */
    public static final int MAX = 1796;

    /** The simple IMIX: 64 bytes seven times, 594 four times, 1518 once, well mixed. */
    public static final SizeMix IMIX = new SizeMix(List.of(64, 594, 64, 64, 594, 64, 64, 594, 64, 1518, 64, 594));

    /** Checks the bounds. */
    public SizeMix {
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty()) {
            throw new IllegalArgumentException("no frame size");
        }
        for (int size : sizes) {
            if (size < MIN || size > MAX) {
                throw new IllegalArgumentException(
                        "frame size %d; %d to %d bytes with the check sequence would be right"
                                .formatted(size, MIN, MAX));
            }
        }
    }

    /** One size only. */
    public static SizeMix of(int size) {
        return new SizeMix(List.of(size));
    }

    /**
     * Reads a size, {@code IMIX}, or a list of sizes that take turns.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    public static SizeMix parse(String text) {
        if (text.equalsIgnoreCase("imix")) {
            return IMIX;
        }
        List<Integer> sizes = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            try {
                sizes.add(Integer.parseInt(each.strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "\"%s\"; a frame size in bytes, a list of them, or IMIX would be right".formatted(text));
            }
        }
        return new SizeMix(sizes);
    }

    /** Bytes of a frame on average, with the check sequence. */
    public double average() {
        return sizes.stream().mapToInt(Integer::intValue).average().orElseThrow();
    }

    @Override
    public String toString() {
        return equals(IMIX)
                ? "IMIX"
                : String.join(",", sizes.stream().map(String::valueOf).toList());
    }
}
