package io.weir.ha.bgp;

import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Set;

/**
 * What this node could serve: looked at by the control thread, which hears of changes. Immutable.
 *
 * @param addresses virtual addresses of which at least one service has a server that takes new connections
 * @param lacking virtual addresses that have none, for people
 * @param hindrances what keeps the node from serving any, for people
 */
public record Offer(Set<IpAddress> addresses, List<String> lacking, List<String> hindrances) {}
