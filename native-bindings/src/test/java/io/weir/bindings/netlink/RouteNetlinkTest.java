package io.weir.bindings.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Errno;
import io.weir.bindings.NamespaceThread;
import io.weir.bindings.NativeException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RouteNetlinkTest {
    private static NamespaceThread here;
    private static NamespaceThread there;
    private static RouteNetlink netlink;
    private static int front;
    private static int back;

    @BeforeAll
    static void lay() {
        here = new NamespaceThread();
        there = new NamespaceThread();
        here.sh("ip link add front address 02:00:00:00:00:01 mtu 1400 numrxqueues 3 numtxqueues 2 type veth "
                + "peer name far address 02:00:00:00:00:02 mtu 1400");
        here.run("ip", "link", "set", "far", "netns", there.file());
        here.sh("ip link add back type veth peer name rear");
        for (String command : List.of(
                "ip link set front up",
                "ip link set back up",
                "ip link set rear up",
                "ip addr add 10.7.0.1/24 brd 10.7.0.255 dev front",
                "ip addr add 10.8.0.1/16 dev back",
                "ip addr add fd07::1/64 dev front nodad",
                "ip addr add fd08::1/48 dev back nodad",
                "ip route add 192.0.2.0/24 via 10.7.0.254 src 10.8.0.1 metric 77",
                "ip route add 198.51.100.0/24 nexthop via 10.7.0.2 weight 3 nexthop via 10.8.0.2",
                "ip route add 203.0.113.0/24 via inet6 fd07::fe dev front",
                "ip route add blackhole 100.64.0.0/10",
                "ip route add unreachable 100.65.0.0/16",
                "ip -6 route add 2001:db8::/32 via fd07::fe",
                "ip neigh add 10.7.0.9 lladdr 02:00:00:00:00:99 dev front")) {
            here.sh(command);
        }
        there.sh("ip link set far up");
        there.sh("ip addr add 10.7.0.2/24 dev far");
        there.sh("ip addr add fd07::2/64 dev far nodad");
        netlink = here.call(RouteNetlink::open);
        front = netlink.link("front").orElseThrow().index();
        back = netlink.link("back").orElseThrow().index();
    }

    @AfterAll
    static void clear() {
        if (netlink != null) {
            netlink.close();
        }
        if (there != null) {
            there.close();
        }
        if (here != null) {
            here.close();
        }
    }

    @Test
    void shouldListLinksOfTheNamespaceThatItWasOpenedIn() {
        assertEquals(
                Set.of("lo", "front", "back", "rear"),
                Set.copyOf(netlink.links().stream().map(Link::name).toList()));
        Link link = netlink.link("front").orElseThrow();
        assertEquals(0x0200_0000_0001L, link.mac());
        assertEquals(1400, link.mtu());
        assertTrue(link.up());
        assertEquals(3, link.rxQueues());
        assertEquals(2, link.txQueues());
        assertEquals("veth", link.kind());
        assertEquals(0, link.xdpProgram());
        assertFalse(link.loopback());
        assertTrue(netlink.link("lo").orElseThrow().loopback());
    }

    @Test
    void shouldListAddresses() {
        List<Address> addresses = netlink.addresses();
        assertTrue(addresses.contains(new Address(front, ip("10.7.0.1"), 24, Optional.of(ip("10.7.0.255")), 0, true)));
        assertTrue(addresses.contains(new Address(back, ip("10.8.0.1"), 16, Optional.empty(), 0, true)));
        assertTrue(addresses.contains(new Address(front, ip("fd07::1"), 64, Optional.empty(), 0, true)));
        assertTrue(addresses.contains(new Address(back, ip("fd08::1"), 48, Optional.empty(), 0, true)));
    }

    @Test
    void shouldListRoutes() {
        List<Route> routes = netlink.routes();
        Route plain = find(routes, "192.0.2.0");
        assertEquals(24, plain.prefixLength());
        assertEquals(Route.Type.UNICAST, plain.type());
        assertEquals(254, plain.table());
        assertEquals(77, plain.priority());
        assertEquals(Optional.of(ip("10.8.0.1")), plain.preferredSource());
        assertEquals(List.of(new NextHop(front, Optional.of(ip("10.7.0.254")), 1)), plain.nextHops());
        assertEquals(
                List.of(
                        new NextHop(front, Optional.of(ip("10.7.0.2")), 3),
                        new NextHop(back, Optional.of(ip("10.8.0.2")), 1)),
                find(routes, "198.51.100.0").nextHops());
        assertEquals(
                List.of(new NextHop(front, Optional.of(ip("fd07::fe")), 1)),
                find(routes, "203.0.113.0").nextHops());
        assertEquals(Route.Type.BLACKHOLE, find(routes, "100.64.0.0").type());
        assertEquals(
                List.of(new NextHop(front, Optional.of(ip("fd07::fe")), 1)),
                find(routes, "2001:db8::").nextHops());
        assertEquals(Route.Type.LOCAL, find(routes, "10.7.0.1").type());
        assertEquals(Route.Type.BROADCAST, find(routes, "10.7.0.255").type());
        assertEquals(255, find(routes, "fd07::1").table());
    }

    @Test
    void shouldSayHowADestinationIsReached() {
        Route direct = netlink.route(ip("10.7.0.2")).orElseThrow();
        assertEquals(List.of(new NextHop(front, Optional.empty(), 1)), direct.nextHops());
        assertEquals(Optional.of(ip("10.7.0.1")), direct.preferredSource());
        Route remote = netlink.route(ip("192.0.2.77")).orElseThrow();
        assertEquals(List.of(new NextHop(front, Optional.of(ip("10.7.0.254")), 1)), remote.nextHops());
        assertEquals(Optional.of(ip("10.8.0.1")), remote.preferredSource());
        Route remote6 = netlink.route(ip("2001:db8::77")).orElseThrow();
        assertEquals(List.of(new NextHop(front, Optional.of(ip("fd07::fe")), 1)), remote6.nextHops());
        assertEquals(Optional.of(ip("fd07::1")), remote6.preferredSource());
        assertEquals(
                Route.Type.LOCAL, netlink.route(ip("10.7.0.1")).orElseThrow().type());
        assertEquals(Optional.empty(), netlink.route(ip("8.8.8.8")));
        assertEquals(Optional.empty(), netlink.route(ip("100.65.0.1")));
        assertEquals(Optional.empty(), netlink.route(ip("2002::1")));
    }

    @Test
    void shouldListNeighbours() {
        Neighbour permanent = new Neighbour(front, ip("10.7.0.9"), 0x0200_0000_0099L, Neighbour.NUD_PERMANENT);
        assertTrue(netlink.neighbours().contains(permanent));
        assertTrue(permanent.isUsable());
    }

    @Test
    void shouldHaveTheKernelResolveANeighbour() {
        for (String address : List.of("10.7.0.2", "fd07::2")) {
            try (RouteEvents events = here.call(() -> RouteEvents.subscribe(Set.of(RouteEvents.Group.NEIGHBOUR)))) {
                netlink.forget(front, ip(address));
                netlink.resolve(front, ip(address));
                Neighbour found = EventReader.await(
                        events, Neighbour.class, n -> n.address().equals(ip(address)) && n.isUsable());
                assertEquals(front, found.index());
                assertEquals(0x0200_0000_0002L, found.mac());
                netlink.keepResolved(front, ip(address));
                assertTrue(
                        netlink.neighbours().stream().anyMatch(n -> n.address().equals(ip(address))));
                netlink.forget(front, ip(address));
            }
        }
        netlink.forget(front, ip("10.7.0.123"));
    }

    @Test
    void shouldSetUpALink() {
        here.sh("ip link add other type veth peer name rehto");
        int other = netlink.link("other").orElseThrow().index();
        netlink.setMtu(other, 1234);
        netlink.setMac(other, 0x02aa_bbcc_ddeeL);
        netlink.setUp(other, true);
        Link link = netlink.link("other").orElseThrow();
        assertEquals(1234, link.mtu());
        assertEquals(0x02aa_bbcc_ddeeL, link.mac());
        assertTrue(link.up());
        netlink.setUp(other, false);
        assertFalse(netlink.link("other").orElseThrow().up());
        here.sh("ip link del other");
    }

    @Test
    void shouldGiveTheKernelsOwnWordsWhenItRefuses() {
        NativeException e = assertThrows(NativeException.class, () -> netlink.setMtu(front, 9));
        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("the kernel says: mtu less than device minimum"), e.getMessage());
        assertTrue(e.getMessage().contains("mtu 9"), e.getMessage());
        assertEquals(
                Errno.ENODEV,
                assertThrows(NativeException.class, () -> netlink.setUp(9999, true))
                        .errno());
    }

    @Test
    void shouldAddAndRemoveRoutesInATable() {
        for (String address : List.of("198.18.0.5", "fd99::5")) {
            DeviceRoute wanted = new DeviceRoute(ip(address), front, 4711, 87, 123);
            assertEquals(List.of(), netlink.routes(4711, 87));
            assertFalse(netlink.remove(wanted));
            netlink.add(wanted);
            Route route = netlink.routes(4711, 87).getFirst();
            assertEquals(ip(address), route.destination());
            assertEquals(8 * ip(address).getAddress().length, route.prefixLength());
            assertEquals(Route.Type.UNICAST, route.type());
            assertEquals(123, route.priority());
            assertEquals(List.of(new NextHop(front, Optional.empty(), 1)), route.nextHops());
            assertEquals(1, netlink.routes(4711, 87).size());
            assertEquals(List.of(), netlink.routes(4711, 88), "another program's");
            assertEquals(List.of(), netlink.routes(4712, 87), "another table's");
            assertEquals(Optional.empty(), netlink.route(ip(address)), "the kernel itself does not go by it");
            NativeException e = assertThrows(NativeException.class, () -> netlink.add(wanted));
            assertEquals(Errno.EEXIST, e.errno());
            assertTrue(e.getMessage().contains(address.substring(0, 5)), e.getMessage());
            assertTrue(e.getMessage().contains("ip route show table 4711"), e.getMessage());
            assertFalse(netlink.remove(new DeviceRoute(ip(address), front, 4711, 87, 124)), "another metric's");
            assertTrue(netlink.remove(wanted));
            assertEquals(List.of(), netlink.routes(4711, 87));
        }
    }

    @Test
    void shouldTakeTablesAndMetricsBeyondTheSign() {
        DeviceRoute wanted = new DeviceRoute(ip("198.18.0.5"), front, -2, 87, -1);
        netlink.add(wanted);
        assertEquals(4_294_967_295L, netlink.routes(-2, 87).getFirst().priority());
        assertTrue(netlink.remove(wanted));
    }

    @Test
    void shouldLoseRoutesWithTheirDevice() {
        here.sh("ip link add gone type veth peer name enog");
        int gone = netlink.link("gone").orElseThrow().index();
        NativeException down = assertThrows(
                NativeException.class, () -> netlink.add(new DeviceRoute(ip("198.18.0.6"), gone, 4711, 87, 1)));
        assertEquals(Errno.ENETDOWN, down.errno());
        netlink.setUp(gone, true);
        netlink.add(new DeviceRoute(ip("198.18.0.6"), gone, 4711, 87, 1));
        netlink.add(new DeviceRoute(ip("2001:db8:5::6"), gone, 4711, 87, 1));
        assertEquals(2, netlink.routes(4711, 87).size());
        here.sh("ip link del gone");
        assertEquals(List.of(), netlink.routes(4711, 87));
        assertFalse(netlink.remove(new DeviceRoute(ip("198.18.0.6"), gone, 4711, 87, 1)));
    }

    @Test
    void shouldReadDumpsLargerThanOneDatagram() {
        here.sh("ip link add many type veth peer name ynam");
        here.sh("ip link set many up");
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            batch.append("route add 172.%d.%d.0/24 dev many\n".formatted(16 + i / 256, i % 256));
        }
        here.call(() -> {
            Path file = Files.createTempFile("routes", ".batch");
            Files.writeString(file, batch);
            try {
                return new ProcessBuilder("ip", "-batch", file.toString())
                        .inheritIO()
                        .start()
                        .waitFor();
            } finally {
                Files.delete(file);
            }
        });
        int many = netlink.link("many").orElseThrow().index();
        assertEquals(
                3000,
                netlink.routes().stream()
                        .filter(r -> r.nextHops().stream().anyMatch(h -> h.index() == many))
                        .filter(r -> r.prefixLength() == 24)
                        .count());
        here.sh("ip link del many");
    }

    private static Route find(List<Route> routes, String destination) {
        return routes.stream()
                .filter(r -> r.destination().equals(ip(destination)))
                .findFirst()
                .orElseThrow();
    }

    static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
