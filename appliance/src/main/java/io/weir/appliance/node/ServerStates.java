package io.weir.appliance.node;

import io.weir.appliance.config.HealthConfig;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServerConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.health.Health;
import io.weir.appliance.health.HealthChecker;
import io.weir.appliance.health.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What servers are beside what is configured of them: up or down by their health checks. Control thread only. */
final class ServerStates {
    private final HealthChecker checker;

    ServerStates(HealthChecker checker) {
        this.checker = checker;
    }

    /** Before a configuration is served: has its servers checked. */
    void configure(NodeConfig config) {
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
