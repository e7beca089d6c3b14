package io.weir.engine.worker;

import io.weir.engine.forward.PortFacts;
import io.weir.engine.service.ServiceTable;

/**
 * All that the workers are told: published as one.
 *
 * @param table services, servers and owned addresses
 * @param ports what the kernel says of the devices
 */
public record Snapshot(ServiceTable table, PortFacts ports) {}
