package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;

/**
 * A VRRP packet as it was received, without its IP header.
 *
 * @param source who sent it
 * @param destination the group, or this host
 * @param hopLimit TTL or hop limit that it arrived with
 * @param address where it lies; only as long as the receiver's buffer is not used again
 * @param length bytes
 */
public record Datagram(IpAddress source, IpAddress destination, int hopLimit, long address, int length) {}
