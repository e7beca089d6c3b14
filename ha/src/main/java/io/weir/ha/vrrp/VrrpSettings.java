package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;
import java.util.List;

/**
 * What was configured for the HA thread.
 *
 * @param router the virtual router
 * @param peers unicast peers; none: multicast
 * @param watchdogNs a worker without a cycle for so long makes the node step down
 */
public record VrrpSettings(VirtualRouterConfig router, List<IpAddress> peers, long watchdogNs) {}
