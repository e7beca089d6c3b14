package io.weir.appliance.node;

import io.weir.engine.service.ServiceRegistry;
import io.weir.scheduler.IpAddress;
import java.util.HashSet;
import java.util.Set;

/** The next hops towards the servers, from the kernel into the registry. Control thread only. */
final class ServerWays {
    private final NetworkView network;
    private final ServiceRegistry registry;
    private final Reports reports;
    private final Set<IpAddress> reported = new HashSet<>();
    private boolean allKnown;

    ServerWays(NetworkView network, ServiceRegistry registry, Reports reports) {
        this.network = network;
        this.registry = registry;
        this.reports = reports;
    }

    /**
     * Looks for the ways to all servers.
     *
     * @param confirm whether the kernel is to ask known neighbours again
     * @param running whether what is missing is worth a warning
     * @return whether a way has changed
     */
    boolean look(boolean confirm, boolean running) {
        boolean[] news = new boolean[1];
        allKnown = true;
        network.ways(Specs.serverAddresses(registry.slots()), confirm).forEach((server, way) -> {
            news[0] |= registry.nextHop(server, way.hop());
            allKnown &= way.hop() != 0;
            if (way.hop() != 0) {
                reported.remove(server);
            } else if (!running || reported.add(server)) {
                reports.unreachable(server, way.trouble(), running);
            }
        });
        return news[0];
    }

    /** Whether the last look found a way to every server. */
    boolean allKnown() {
        return allKnown;
    }
}
