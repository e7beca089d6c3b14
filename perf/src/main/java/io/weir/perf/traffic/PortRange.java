package io.weir.perf.traffic;

/**
 * Consecutive port numbers.
 *
 * @param first the lowest, 0…65535
 * @param last the highest
 */
public record PortRange(int first, int last) {
    /** Checks the bounds. */
    public PortRange {
        if (first < 0 || last > 0xffff || last < first) {
            throw new IllegalArgumentException(
                    "ports %d-%d; 0 to 65535, the lower first, would be right".formatted(first, last));
        }
    }

    /**
     * Reads {@code PORT} or {@code FIRST-LAST}.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    public static PortRange parse(String text) {
        String[] ends = text.strip().split("-", -1);
        try {
            if (ends.length <= 2) {
                return new PortRange(
                        Integer.parseInt(ends[0].strip()), Integer.parseInt(ends[ends.length - 1].strip()));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "\"%s\"; a port or FIRST-LAST would be right, for example 1024-65535".formatted(text));
    }

    /** How many. */
    public int size() {
        return last - first + 1;
    }

    /** Which one it is: 0…size − 1, or -1. */
    public int indexOf(int port) {
        return port >= first && port <= last ? port - first : -1;
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
