package io.weir.appliance.node;

import io.weir.appliance.config.HaConfig;
import io.weir.bindings.netlink.DeviceRoute;
import io.weir.bindings.netlink.NextHop;
import io.weir.bindings.netlink.Route;
import io.weir.bindings.netlink.RouteNetlink;
import io.weir.ha.bgp.RouteTable;
import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Host routes in a table of the kernel's, over a device that ends with this process: so they end with it, too, however it
 * ends.
 */
final class HostRoutes implements RouteTable {
    /** {@code rtm_protocol} of Weir's routes: a number that {@code linux/rtnetlink.h} and routing daemons leave free. */
    static final int PROTOCOL = 87;

    private final RouteNetlink netlink;
    private final int index;
    private final HaConfig.Bgp bgp;

    /**
     * In the calling thread's network namespace.
     *
     * @param index the device
     */
    HostRoutes(int index, HaConfig.Bgp bgp) {
        this.netlink = RouteNetlink.open();
        this.index = index;
        this.bgp = bgp;
    }

    @Override
    public Set<IpAddress> present() {
        return netlink.routes((int) bgp.table(), PROTOCOL).stream()
                .filter(this::isOwn)
                .map(route -> Addresses.of(route.destination()))
                .collect(Collectors.toSet());
    }

    private boolean isOwn(Route route) {
        return route.prefixLength() == 8 * route.destination().getAddress().length
                && route.priority() == bgp.metric()
                && route.nextHops().equals(List.of(new NextHop(index, Optional.empty(), 1)));
    }

    @Override
    public void add(IpAddress address) {
        netlink.add(route(address));
    }

    @Override
    public void remove(IpAddress address) {
        netlink.remove(route(address));
    }

    private DeviceRoute route(IpAddress address) {
        return new DeviceRoute(Addresses.toInet(address), index, (int) bgp.table(), PROTOCOL, (int) bgp.metric());
    }

    @Override
    public void close() {
        netlink.close();
    }
}
