package io.weir.scheduler;

/**
 * A real server of a service, as the schedulers see it.
 *
 * <p>An address is two big-endian 64-bit halves, IPv4 as v4-mapped IPv6 ({@code ::ffff:a.b.c.d}); see
 * {@link IpAddress}.
 *
 * @param addressHi the address's upper half
 * @param addressLo its lower half
 * @param port 0 to 65535; 0 where the service has all ports
 * @param weight 0 to {@value #MAX_WEIGHT}; 0 is quiesced: it gets no new connections
 * @param usable false while the server is down
 * @param maxConnections from so many connections, active and inactive, it gets no new ones; 0 for no limit
 *     (IPVS {@code u_threshold})
 * @param minConnections until it has fewer than these (IPVS {@code l_threshold}); 0 for three quarters of the maximum
 */
public record RealServer(
        long addressHi, long addressLo, int port, int weight, boolean usable, int maxConnections, int minConnections) {

    /** The largest weight. */
    public static final int MAX_WEIGHT = 65535;

    /** Checks the ranges. */
    public RealServer {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 0 to 65535");
        }
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight " + weight + " is not in 0 to " + MAX_WEIGHT);
        }
        if (maxConnections < 0 || minConnections < 0) {
            throw new IllegalArgumentException("connection thresholds max " + maxConnections + ", min " + minConnections
                    + " must not be negative");
        }
        if (minConnections > maxConnections) {
            throw new IllegalArgumentException(
                    "connection threshold min " + minConnections + " is greater than max " + maxConnections);
        }
    }

    /**
     * A usable server without connection thresholds.
     *
     * @param address its address
     * @param port its port
     * @param weight its weight
     * @return the server
     */
    public static RealServer of(IpAddress address, int port, int weight) {
        return new RealServer(address.hi(), address.lo(), port, weight, true, 0, 0);
    }

    /**
     * The address as a value.
     *
     * @return the address
     */
    public IpAddress address() {
        return new IpAddress(addressHi, addressLo);
    }

    /**
     * The same server, up or down.
     *
     * @param up whether it is usable
     * @return the server
     */
    public RealServer withUsable(boolean up) {
        return new RealServer(addressHi, addressLo, port, weight, up, maxConnections, minConnections);
    }

    /**
     * The same server with another weight.
     *
     * @param newWeight its weight
     * @return the server
     */
    public RealServer withWeight(int newWeight) {
        return new RealServer(addressHi, addressLo, port, newWeight, usable, maxConnections, minConnections);
    }

    /**
     * The least number of connections at which an overloaded server is still overloaded.
     *
     * @return {@link #minConnections}, or three quarters of {@link #maxConnections}, rounded up, as IPVS does
     */
    int overloadedFrom() {
        return minConnections != 0 ? minConnections : (int) ((maxConnections * 3L + 3) >> 2);
    }
}
