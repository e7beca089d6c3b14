package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Reject;
import io.weir.appliance.config.Choices.Role;
import io.weir.appliance.config.Choices.Ttl;
import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A node's configuration, complete and free of contradictions; made by {@link ConfigLoader}.
 *
 * @param file the file that it was read from
 * @param name the node's name
 * @param workers which thread runs where
 * @param io how frames come and go
 * @param connectionsCapacity flow records of the node
 * @param timeouts how long flows may be idle
 * @param ttl what forwarding does to TTL and hop limit
 * @param maglevTableSize slots of {@code mh}'s table
 * @param services the virtual services, in the file's order
 * @param reject what other ports of a virtual address answer
 * @param nat addresses of the node's own
 * @param gateways addresses that the engine owns on a side
 * @param reconstruction limits of reconstruction
 * @param ha takeover between nodes
 * @param hypervisors the hosts of servers that are virtual machines
 * @param admin the admin API
 * @param countersFile the mapped file that {@code weir stat} reads
 */
public record NodeConfig(
        Path file,
        String name,
        WorkerConfig workers,
        IoConfig io,
        long connectionsCapacity,
        Timeouts timeouts,
        Ttl ttl,
        int maglevTableSize,
        List<ServiceConfig> services,
        Reject reject,
        NatConfig nat,
        Map<Role, List<IpAddress>> gateways,
        ReconstructionConfig reconstruction,
        HaConfig ha,
        TunnelConfig tunnels,
        HypervisorsConfig hypervisors,
        AdminConfig admin,
        Path countersFile) {
    /** Servers of all services together, at most. */
    public static final int MAX_SERVERS = 4096;
}
