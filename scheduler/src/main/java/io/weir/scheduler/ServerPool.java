package io.weir.scheduler;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The real servers of a service, immutable; a server's index is its position.
 *
 * <p>A change of the configuration or of a server's health makes a new pool.
 */
public final class ServerPool {
    /** The largest number of servers in a pool. */
    public static final int MAX_SIZE = 65535;

    private final List<RealServer> servers;

    private ServerPool(List<RealServer> servers) {
        this.servers = servers;
    }

    /**
     * Makes a pool.
     *
     * @param servers in their order of configuration
     * @return the pool
     * @throws IllegalArgumentException if two of them have the same address and port, or there are too many
     */
    public static ServerPool of(List<RealServer> servers) {
        if (servers.size() > MAX_SIZE) {
            throw new IllegalArgumentException(servers.size() + " servers are more than " + MAX_SIZE);
        }
        final Set<Endpoint> seen = new HashSet<>();
        for (final RealServer server : servers) {
            final Endpoint endpoint = new Endpoint(server.address(), server.port());
            if (!seen.add(endpoint)) {
                throw new IllegalArgumentException("server " + endpoint + " is in the pool twice");
            }
        }
        return new ServerPool(List.copyOf(servers));
    }

    /**
     * Makes a pool.
     *
     * @param servers in their order of configuration
     * @return the pool
     * @throws IllegalArgumentException if two of them have the same address and port, or there are too many
     */
    public static ServerPool of(RealServer... servers) {
        return of(List.of(servers));
    }

    /**
     * How many servers there are.
     *
     * @return the number of positions
     */
    public int size() {
        return servers.size();
    }

    /**
     * The server at a position.
     *
     * @param position 0 to {@link #size()} − 1
     * @return the server
     */
    public RealServer get(int position) {
        return servers.get(position);
    }

    /**
     * All servers.
     *
     * @return an immutable list
     */
    public List<RealServer> servers() {
        return servers;
    }

    /**
     * Finds a server by its identity.
     *
     * @param addressHi the address's upper half
     * @param addressLo its lower half
     * @param port its port
     * @return its position, or {@link Scheduler#NONE}
     */
    public int positionOf(long addressHi, long addressLo, int port) {
        for (int i = 0; i < servers.size(); i++) {
            final RealServer server = servers.get(i);
            if (server.addressLo() == addressLo && server.addressHi() == addressHi && server.port() == port) {
                return i;
            }
        }
        return Scheduler.NONE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerPool pool && servers.equals(pool.servers);
    }

    @Override
    public int hashCode() {
        return servers.hashCode();
    }

    @Override
    public String toString() {
        return servers.toString();
    }
}
