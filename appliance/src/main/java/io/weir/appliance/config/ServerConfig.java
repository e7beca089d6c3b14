package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Tunnel;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.RealServer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A real server: {@code service.<name>.server.<id> = 172.16.0.3:8000 weight=2}.
 *
 * @param id the last segment of the key
 * @param endpoint its address and port
 * @param weight 0 to 65535; 0 gets no new connections
 * @param maxConnections from so many it gets no new ones; 0 for no limit
 * @param minConnections until there are fewer than these; 0 for three quarters of the maximum
 * @param host address of the host that it runs on: a hypervisor, or the far end of its VXLAN
 * @param switchPort name of its port of the hypervisor's switch
 * @param mac its own hardware address
 * @param tunnel its encapsulation: under {@code forward = tun} without one IP in IP, under {@code dr} none or VXLAN
 * @param vni its virtual network under VXLAN; empty for {@code tunnel.vxlan.vni}
 */
public record ServerConfig(
        String id,
        Endpoint endpoint,
        int weight,
        int maxConnections,
        int minConnections,
        Optional<IpAddress> host,
        Optional<String> switchPort,
        Optional<MacAddress> mac,
        Optional<Tunnel> tunnel,
        OptionalInt vni) {

    /**
     * The server as the schedulers see it.
     *
     * @param usable whether it is up
     * @return the server
     */
    public RealServer toRealServer(boolean usable) {
        return new RealServer(
                endpoint.address().hi(),
                endpoint.address().lo(),
                endpoint.port(),
                weight,
                usable,
                maxConnections,
                minConnections);
    }
}
