package io.weir.bindings.netlink;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a route leads.
 *
 * @param index the device to send from
 * @param gateway the neighbour to send to; empty when the destination is itself a neighbour. May be IPv6 in an IPv4
 *     route
 * @param weight share among several, 1 for an only one
 */
public record NextHop(int index, Optional<InetAddress> gateway, int weight) {}
