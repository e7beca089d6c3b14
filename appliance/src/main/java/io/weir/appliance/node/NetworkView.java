package io.weir.appliance.node;

import io.weir.bindings.netlink.Address;
import io.weir.bindings.netlink.Link;
import io.weir.bindings.netlink.Neighbour;
import io.weir.bindings.netlink.NetlinkEvent;
import io.weir.bindings.netlink.Route;
import io.weir.bindings.netlink.RouteEvents;
import io.weir.bindings.netlink.RouteNetlink;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.service.NextHop;
import io.weir.scheduler.IpAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the kernel knows of the network, as the engine needs it: the devices' facts, the host's own addresses, and the
 * way to each real server. Control thread only, in the network namespace of the thread that opened it.
 */
final class NetworkView implements AutoCloseable {
    /** The way to a server, where the host itself would send from, and what is wrong with it. */
    record Way(long hop, int device, InetAddress neighbour, Optional<InetAddress> source, String trouble) {
        static Way none(String trouble) {
            return new Way(0, 0, null, Optional.empty(), trouble);
        }
    }

    private record At(int device, InetAddress address) {}

    private final int[] ifindexes;
    private final List<String> devices;
    private final RouteNetlink netlink;
    private final RouteEvents events;

    private NetworkView(List<String> devices, int[] ifindexes, RouteNetlink netlink, RouteEvents events) {
        this.devices = devices;
        this.ifindexes = ifindexes;
        this.netlink = netlink;
        this.events = events;
    }

    /**
     * Finds the devices and subscribes to changes.
     *
     * @param devices names by port index
     * @throws DeviceException when one does not exist or is down
     */
    static NetworkView open(List<String> devices) throws DeviceException {
        RouteEvents events = RouteEvents.subscribe(EnumSet.allOf(RouteEvents.Group.class));
        RouteNetlink netlink = RouteNetlink.open();
        try {
            int[] ifindexes = new int[devices.size()];
            for (int i = 0; i < ifindexes.length; i++) {
                ifindexes[i] = ifindex(netlink, devices.get(i));
            }
            return new NetworkView(devices, ifindexes, netlink, events);
        } catch (DeviceException | RuntimeException e) {
            netlink.close();
            events.close();
            throw e;
        }
    }

    private static int ifindex(RouteNetlink netlink, String name) throws DeviceException {
        Optional<Link> link = netlink.link(name);
        if (link.isEmpty()) {
            String known = netlink.links().stream()
                    .filter(l -> !l.loopback())
                    .map(Link::name)
                    .reduce((a, b) -> a + " " + b)
                    .orElse("none");
            throw new DeviceException("there is no device %s; there are: %s".formatted(name, known));
        }
        if (!link.get().up()) {
            throw new DeviceException("device %s is down; bring it up with: ip link set %s up".formatted(name, name));
        }
        return link.get().index();
    }

    /** Interface numbers by port index. */
    int[] ifindexes() {
        return ifindexes.clone();
    }

    /** Takes in what has changed; returns whether anything has. */
    boolean poll() {
        boolean[] changed = new boolean[1];
        while (events.poll(event -> changed[0] |= concerns(event)) > 0) {}
        return changed[0];
    }

    private static boolean concerns(NetlinkEvent event) {
        // a neighbour that is only being confirmed keeps its address: no news
        return !(event instanceof NetlinkEvent.Changed(Neighbour n))
                || n.isUsable()
                || n.state() == Neighbour.NUD_FAILED;
    }

    /**
     * The devices' facts.
     *
     * @param gateways addresses that the engine owns on each port, preferred as sources of ICMP errors
     */
    PortFacts facts(Map<Integer, List<IpAddress>> gateways) throws DeviceException {
        int n = ifindexes.length;
        PortFacts facts = new PortFacts(new long[n], new int[n], new int[n], new long[n], new long[n]);
        List<Address> addresses = netlink.addresses();
        Map<Integer, Link> links = new HashMap<>();
        netlink.links().forEach(link -> links.put(link.index(), link));
        for (int port = 0; port < n; port++) {
            Link link = links.get(ifindexes[port]);
            if (link == null) {
                throw new DeviceException("device %s is gone".formatted(devices.get(port)));
            }
            facts.mac()[port] = link.mac();
            facts.mtu()[port] = link.mtu();
            List<IpAddress> own = new ArrayList<>(gateways.getOrDefault(port, List.of()));
            addresses.stream()
                    .filter(a -> a.index() == link.index() && a.scope() == 0)
                    .forEach(a -> own.add(Addresses.of(a.address())));
            setSources(facts, port, own);
        }
        return facts;
    }

    private static void setSources(PortFacts facts, int port, List<IpAddress> own) {
        for (IpAddress address : own.reversed()) { // the first of each family stays
            if (address.isV4()) {
                facts.ipv4()[port] = (int) address.lo();
            } else {
                facts.ipv6Hi()[port] = address.hi();
                facts.ipv6Lo()[port] = address.lo();
            }
        }
    }

    /** Every address that the host's kernel holds, and its subnets' broadcast addresses. */
    List<InetAddress> localAddresses() {
        List<InetAddress> local = new ArrayList<>();
        for (Address address : netlink.addresses()) {
            local.add(address.address());
            address.broadcast().ifPresent(local::add);
        }
        return local;
    }

    /** All devices of the namespace. */
    List<Link> links() {
        return netlink.links();
    }

    /** All addresses of the host. */
    List<Address> addresses() {
        return netlink.addresses();
    }

    /** The ways to these servers; asks the kernel to resolve neighbours that it does not know. */
    Map<IpAddress, Way> ways(Collection<IpAddress> servers, boolean confirm) {
        Map<At, Neighbour> neighbours = new HashMap<>();
        netlink.neighbours().forEach(n -> neighbours.put(new At(n.index(), n.address()), n));
        Map<IpAddress, Way> ways = new HashMap<>();
        for (IpAddress server : servers) {
            Way way = way(server, neighbours);
            if (way.neighbour() != null && (confirm || way.hop() == 0)) {
                netlink.resolve(way.device(), way.neighbour());
            }
            ways.put(server, way);
        }
        return ways;
    }

    private Way way(IpAddress server, Map<At, Neighbour> neighbours) {
        InetAddress address = Addresses.toInet(server);
        Optional<Route> route = netlink.route(address);
        if (route.isEmpty() || route.get().nextHops().isEmpty()) {
            return Way.none("no route to it");
        }
        if (route.get().type() != Route.Type.UNICAST) {
            return Way.none("it is an address of this host itself");
        }
        io.weir.bindings.netlink.NextHop next = route.get().nextHops().getFirst();
        int port = portOf(next.index());
        if (port < 0) {
            return Way.none("the route to it leaves by a device that is no io.interface");
        }
        InetAddress neighbour = next.gateway().orElse(address);
        Optional<InetAddress> source = route.get().preferredSource();
        Neighbour known = neighbours.get(new At(next.index(), neighbour));
        if (known == null || !known.isUsable()) {
            return new Way(
                    0, next.index(), neighbour, source, "no answer from its next hop " + neighbour.getHostAddress());
        }
        return new Way(NextHop.of(port, known.mac()), next.index(), neighbour, source, "");
    }

    private int portOf(int ifindex) {
        for (int port = 0; port < ifindexes.length; port++) {
            if (ifindexes[port] == ifindex) {
                return port;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        netlink.close();
        events.close();
    }
}
