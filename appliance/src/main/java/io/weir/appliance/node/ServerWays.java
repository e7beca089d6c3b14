package io.weir.appliance.node;

import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.TunnelSource;
import io.weir.scheduler.IpAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The next hops towards the servers, from the kernel into the registry. Control thread only. */
final class ServerWays {
    private final NetworkView network;
    private final ServiceRegistry registry;
    private final Function<Boolean, Optional<TunnelSource>> sources;
    private final Reports reports;
    private final Set<IpAddress> reported = new HashSet<>();
    private boolean allKnown;

    /**
     * @param network what the kernel knows
     * @param registry told of the ways
     * @param sources where encapsulated packets come from, by whether it is of IPv4, as far as that is configured
     * @param reports told of ways that are missing
     */
    ServerWays(
            NetworkView network,
            ServiceRegistry registry,
            Function<Boolean, Optional<TunnelSource>> sources,
            Reports reports) {
        this.network = network;
        this.registry = registry;
        this.sources = sources;
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
        Set<IpAddress> tunnelEnds = Specs.tunnelEnds(registry.slots());
        network.ways(Specs.destinations(registry.slots()), confirm).forEach((server, way) -> {
            news[0] |= registry.nextHop(server, way.hop());
            if (tunnelEnds.contains(server)) {
                news[0] |= source(server, way);
            }
            allKnown &= way.hop() != 0;
            if (way.hop() != 0) {
                reported.remove(server);
            } else if (!running || reported.add(server)) {
                reports.unreachable(server, way.trouble(), running);
            }
        });
        return news[0];
    }

    private boolean source(IpAddress end, NetworkView.Way way) {
        return sources.apply(end.isV4())
                .or(() -> way.source().map(address -> new TunnelSource(Addresses.of(address), 0)))
                .map(source -> registry.tunnelSource(end, source))
                .orElse(false);
    }

    /** Whether the last look found a way to every server. */
    boolean allKnown() {
        return allKnown;
    }
}
