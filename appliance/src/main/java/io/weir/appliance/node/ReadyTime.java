package io.weir.appliance.node;

import io.weir.appliance.config.HealthConfig;
import io.weir.appliance.config.NodeConfig;
import java.time.Duration;

/** How long a start waits for what takes time in the network: ways to the servers, and their first health checks. */
final class ReadyTime {
    /** For ways and for what a check takes beside its timeout. */
    private static final Duration SOON = Duration.ofSeconds(3);

    /** Nobody waits longer, however long a check may take. */
    private static final Duration AT_LAST = Duration.ofSeconds(10);

    private ReadyTime() {}

    static Duration of(NodeConfig config) {
        return config.services().stream()
                .map(service -> service.health())
                .filter(health -> !(health.check() instanceof HealthConfig.Check.None))
                .map(health -> health.timeout().plus(SOON))
                .reduce(SOON, (a, b) -> a.compareTo(b) > 0 ? a : b.compareTo(AT_LAST) > 0 ? AT_LAST : b);
    }
}
