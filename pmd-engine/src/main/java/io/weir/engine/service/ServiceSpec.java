package io.weir.engine.service;

import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerFlag;
import io.weir.scheduler.SchedulerKind;
import java.util.List;
import java.util.Set;

/**
 * A virtual service: what the control thread asks the workers to serve.
 *
 * @param name its name
 * @param address the virtual address
 * @param port the virtual port; 0: all ports
 * @param protocol {@link io.weir.engine.packet.Transport#TCP} or {@link io.weir.engine.packet.Transport#UDP}
 * @param scheduler how a server is chosen
 * @param flags the scheduler's variations
 * @param tableSize slots of Maglev's table
 * @param servers the pool, in the order of configuration
 * @param reconstruction what is done about unknown flows and dead servers
 * @param forwarding how packets get to the servers
 */
public record ServiceSpec(
        String name,
        IpAddress address,
        int port,
        int protocol,
        SchedulerKind scheduler,
        Set<SchedulerFlag> flags,
        int tableSize,
        List<ServerSpec> servers,
        ReconstructionPolicy reconstruction,
        Forwarding forwarding) {
    /** A service under NAT that reconstructs nothing. */
    public ServiceSpec(
            String name,
            IpAddress address,
            int port,
            int protocol,
            SchedulerKind scheduler,
            Set<SchedulerFlag> flags,
            int tableSize,
            List<ServerSpec> servers) {
        this(
                name,
                address,
                port,
                protocol,
                scheduler,
                flags,
                tableSize,
                servers,
                ReconstructionPolicy.OFF,
                Forwarding.NAT);
    }

    /** The same with another policy. */
    public ServiceSpec with(ReconstructionPolicy policy) {
        return new ServiceSpec(name, address, port, protocol, scheduler, flags, tableSize, servers, policy, forwarding);
    }

    /** The same with another way to the servers. */
    public ServiceSpec with(Forwarding way) {
        return new ServiceSpec(
                name, address, port, protocol, scheduler, flags, tableSize, servers, reconstruction, way);
    }

    /** The same with other servers. */
    public ServiceSpec with(List<ServerSpec> others) {
        return new ServiceSpec(
                name, address, port, protocol, scheduler, flags, tableSize, others, reconstruction, forwarding);
    }

    /** What tells this service from others. */
    public ServiceKey key() {
        return new ServiceKey(address, port, protocol);
    }
}
