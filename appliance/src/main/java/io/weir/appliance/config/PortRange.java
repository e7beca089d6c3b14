package io.weir.appliance.config;

/**
 * A range of ports, both ends included.
 *
 * @param low the first
 * @param high the last
 */
public record PortRange(int low, int high) {
    /** Checks the order. */
    public PortRange {
        if (low < 1 || high > 65535 || low > high) {
            throw new IllegalArgumentException("a range LOW-HIGH of ports from 1 to 65535 is right");
        }
    }

    /**
     * Reads {@code LOW-HIGH}.
     *
     * @param text the range
     * @return the range
     * @throws IllegalArgumentException if it is none; the message says what is right
     */
    public static PortRange parse(String text) {
        if (!text.matches("\\d{1,5}-\\d{1,5}")) {
            throw new IllegalArgumentException("a range LOW-HIGH of ports from 1 to 65535 is right");
        }
        final int dash = text.indexOf('-');
        return new PortRange(Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
    }

    /**
     * Whether two ranges have a port in common.
     *
     * @param other the other range
     * @return true if they do
     */
    public boolean overlaps(PortRange other) {
        return low <= other.high && other.low <= high;
    }

    /** {@return how many ports it has} */
    public int size() {
        return high - low + 1;
    }

    /** {@return LOW-HIGH} */
    @Override
    public String toString() {
        return low + "-" + high;
    }
}
