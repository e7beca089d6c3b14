package io.weir.bindings.netlink;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An address that a device holds ({@code struct ifaddrmsg}).
 *
 * @param index the device
 * @param address the host's own
 * @param prefixLength of the subnet
 * @param broadcast the subnet's broadcast address, where one is set
 * @param scope 0 global, 253 link, 254 host
 * @param usable false while duplicate address detection runs, and when it has failed
 */
public record Address(
        int index, InetAddress address, int prefixLength, Optional<InetAddress> broadcast, int scope, boolean usable)
        implements NetlinkRecord {}
