package io.weir.engine.service;

import io.weir.scheduler.IpAddress;
import java.util.Optional;

/**
 * A real server of a service as configured and as its health stands.
 *
 * @param id its name within the service
 * @param address where it is
 * @param port its port; 0 keeps the virtual port
 * @param weight share of new flows; 0 takes none
 * @param up false while it is known to be down
 * @param maxConnections no new flows at or above this many; 0: no limit
 * @param minConnections and none again until below this many; 0: as IPVS, three quarters of the maximum
 * @param tunnel how packets to it are encapsulated; empty: not at all. Only where its answers do not pass this node
 */
public record ServerSpec(
        String id,
        IpAddress address,
        int port,
        int weight,
        boolean up,
        int maxConnections,
        int minConnections,
        Optional<Tunnel> tunnel) {
    /** An unlimited server that is up. */
    public static ServerSpec of(String id, IpAddress address, int port, int weight) {
        return new ServerSpec(id, address, port, weight, true, 0, 0, Optional.empty());
    }

    /** The same server, up or down. */
    public ServerSpec withUp(boolean isUp) {
        return new ServerSpec(id, address, port, weight, isUp, maxConnections, minConnections, tunnel);
    }

    /** The same server, behind a tunnel. */
    public ServerSpec through(Tunnel way) {
        return new ServerSpec(id, address, port, weight, up, maxConnections, minConnections, Optional.of(way));
    }
}
