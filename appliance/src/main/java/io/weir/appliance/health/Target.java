package io.weir.appliance.health;

import io.weir.appliance.config.HealthConfig;
import io.weir.scheduler.Endpoint;

/**
 * Whom to check, and how.
 *
 * @param service the service's name
 * @param server the server's name within it
 * @param address where the server is
 * @param config what is asked, and how often
 */
public record Target(String service, String server, Endpoint address, HealthConfig config) {
    /** What tells it from others: a server of two services is checked for each. */
    public Name name() {
        return new Name(service, server);
    }

    /**
     * A server of a service.
     *
     * @param service the service's name
     * @param server the server's name within it
     */
    public record Name(String service, String server) {}
}
