package io.weir.appliance.config;

import io.weir.scheduler.IpAddress;
import java.util.List;

/**
 * Addresses of the node's own for connections to servers: the keys {@code nat.…}.
 *
 * @param addresses local addresses; empty for the back device's
 * @param ports the ports that the engine uses there
 */
public record NatConfig(List<IpAddress> addresses, PortRange ports) {}
