package io.weir.appliance.admin;

import io.weir.appliance.health.Health;
import io.weir.scheduler.Endpoint;
import java.util.Optional;

/**
 * A server of a service at a moment.
 *
 * @param id its name within the service
 * @param address its address and port
 * @param slot its slot in the counters file
 * @param weight the weight that it is scheduled by
 * @param up whether it takes new connections as far as is known
 * @param draining whether an operator has taken it out, whatever its configured weight
 * @param health what its checks have found; empty when it is not checked
 */
public record ServerView(
        String id, Endpoint address, int slot, int weight, boolean up, boolean draining, Optional<Health> health) {}
