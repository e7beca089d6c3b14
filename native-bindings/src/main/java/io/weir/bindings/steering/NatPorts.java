package io.weir.bindings.steering;

/**
 * The ports that the engine uses on NAT addresses, divided among the workers in contiguous parts, so that the port of a
 * server's answer tells the worker that owns the flow. The fanout program computes the same.
 *
 * @param low first port
 * @param high last port; less than {@code low} when there are none
 */
public record NatPorts(int low, int high) {
    /** No port at all. */
    public static final NatPorts NONE = new NatPorts(1, 0);

    public NatPorts {
        if (low < 1 || high > 0xffff || high < low - 1) {
            throw new IllegalArgumentException("ports %d-%d: want 1 <= low <= high <= 65535".formatted(low, high));
        }
    }

    /** How many there are. */
    public int count() {
        return high - low + 1;
    }

    public boolean contains(int port) {
        return port >= low && port <= high;
    }

    /**
     * The worker whose part a port lies in.
     *
     * @param port one that is {@link #contains contained}
     * @param workers how many there are
     */
    public int owner(int port, int workers) {
        return (port - low) * workers / count();
    }

    /**
     * The first port of a worker's part; the part ends before {@code first(worker + 1, workers)}, and is empty when
     * that is the same.
     */
    public int first(int worker, int workers) {
        return low + (worker * count() + workers - 1) / workers;
    }
}
