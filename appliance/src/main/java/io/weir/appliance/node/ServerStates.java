package io.weir.appliance.node;

import io.weir.appliance.config.HealthConfig;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServerConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.health.Health;
import io.weir.appliance.health.HealthChecker;
import io.weir.appliance.health.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What servers are beside what is configured of them: up or down by their health checks, drained by an operator. Control
 * thread only.
 */
final class ServerStates {
    private final HealthChecker checker;
    private final Reports reports;
    private final Set<Target.Name> drained = new HashSet<>();

    ServerStates(HealthChecker checker, Reports reports) {
        this.checker = checker;
        this.reports = reports;
    }

    /** Before a configuration is served: has its servers checked. Servers that it does not have are drained no more. */
    void configure(NodeConfig config) {
        drained.retainAll(config.services().stream()
                .flatMap(service ->
                        service.servers().stream().map(server -> new Target.Name(service.name(), server.id())))
                .collect(Collectors.toSet()));
        List<Target> targets = new ArrayList<>();
        for (ServiceConfig service : config.services()) {
            if (!(service.health().check() instanceof HealthConfig.Check.None)) {
                service.servers()
                        .forEach(server -> targets.add(
                                new Target(service.name(), server.id(), server.endpoint(), service.health())));
            }
        }
        checker.watch(targets);
    }

    /** Whether a server takes new connections as far as its check tells; true for one that is not checked. */
    boolean isUp(ServiceConfig service, ServerConfig server) {
        return health(service.name(), server.id()).map(Health::up).orElse(true);
    }

    /** The weight that a server is scheduled by. */
    int weight(ServiceConfig service, ServerConfig server) {
        return isDrained(service.name(), server.id()) ? 0 : server.weight();
    }

    /** Whether an operator has taken a server out. */
    boolean isDrained(String service, String server) {
        return drained.contains(new Target.Name(service, server));
    }

    /** Takes a server out, or in again; returns whether that is news. */
    boolean drain(String service, String server, boolean drain) {
        Target.Name name = new Target.Name(service, server);
        boolean news = drain ? drained.add(name) : drained.remove(name);
        if (news) {
            reports.info("server %s of %s: %s".formatted(server, service, drain ? "drained" : "drained no more"));
        }
        return news;
    }

    /** What is known of a server's health; empty when it is not checked. */
    Optional<Health> health(String service, String server) {
        return checker.of(new Target.Name(service, server));
    }

    /** Whether something has changed since this was asked. */
    boolean takeNews() {
        return checker.takeNews();
    }

    /** Whether every server has been checked once. */
    boolean allKnown() {
        return checker.allKnown();
    }
}
