package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Forward;
import io.weir.appliance.config.Choices.OnServerDeath;
import io.weir.appliance.config.Choices.Protocol;
import io.weir.appliance.config.Choices.Reconstruct;
import io.weir.appliance.config.Choices.ReplayGuard;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.RealServer;
import io.weir.scheduler.SchedulerFlag;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import io.weir.scheduler.ServerPool;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A virtual service: the keys {@code service.<name>.…}.
 *
 * @param name the second segment of the keys
 * @param address the virtual address and port; port 0 for all ports
 * @param protocol the transport protocol
 * @param forward how packets get to the servers
 * @param scheduler how a server is chosen
 * @param schedulerFlags variations of that
 * @param persistence keeps clients on one server
 * @param reconstruct what happens to mid-stream packets of unknown flows
 * @param replayGuard what may be replayed
 * @param replayMss the MSS of supplementary connections; empty for what the device allows
 * @param onServerDeath what happens to a dead server's flows
 * @param algs application gateways
 * @param health how servers are checked
 * @param servers the real servers, in the file's order
 */
public record ServiceConfig(
        String name,
        Endpoint address,
        Protocol protocol,
        Forward forward,
        SchedulerKind scheduler,
        Set<SchedulerFlag> schedulerFlags,
        Optional<PersistenceConfig> persistence,
        Reconstruct reconstruct,
        ReplayGuard replayGuard,
        OptionalInt replayMss,
        OnServerDeath onServerDeath,
        List<String> algs,
        HealthConfig health,
        List<ServerConfig> servers) {

    /**
     * The servers as the schedulers see them, all up.
     *
     * @return the pool
     */
    public ServerPool toServerPool() {
        final List<RealServer> pool =
                servers.stream().map(s -> s.toRealServer(true)).toList();
        return ServerPool.of(pool);
    }

    /**
     * What the workers' schedulers share while all servers are up.
     *
     * @param maglevTableSize {@code scheduler.mh.table-size}
     * @return the plan
     */
    public SchedulingPlan toSchedulingPlan(int maglevTableSize) {
        return SchedulingPlan.of(scheduler, toServerPool(), schedulerFlags, maglevTableSize);
    }
}
