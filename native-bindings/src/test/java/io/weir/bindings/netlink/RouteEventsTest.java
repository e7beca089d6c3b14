package io.weir.bindings.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.NamespaceThread;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteEventsTest {
    private NamespaceThread namespace;

    @BeforeEach
    void make() {
        namespace = new NamespaceThread();
    }

    @AfterEach
    void remove() {
        if (namespace != null) {
            namespace.close();
        }
    }

    @Test
    void shouldTellChangesOfLinksAddressesRoutesAndNeighbours() {
        try (RouteEvents events = namespace.call(() -> RouteEvents.subscribe(EnumSet.allOf(RouteEvents.Group.class)))) {
            assertEquals(0, events.poll(e -> {}));
            namespace.sh("ip link add d0 type veth peer name d1");
            Link link = EventReader.await(events, Link.class, l -> l.name().equals("d0"));
            assertFalse(link.up());
            namespace.sh("ip link set d0 up");
            namespace.sh("ip link set d1 up");
            EventReader.await(events, Link.class, l -> l.name().equals("d0") && l.up());
            for (String prefix : List.of("10.9.0.1/24", "fd09::1/64")) {
                namespace.sh("ip addr add " + prefix + " dev d0");
                String address = prefix.substring(0, prefix.indexOf('/'));
                // IPv6 addresses come twice: tentative, then usable
                Address added = EventReader.await(
                        events, Address.class, a -> a.address().equals(RouteNetlinkTest.ip(address)) && a.usable());
                assertEquals(link.index(), added.index());
            }
            for (String[] route : new String[][] {{"10.99.0.0/16", "10.9.0.9"}, {"fd99::/16", "fd09::9"}}) {
                namespace.sh("ip route add " + route[0] + " via " + route[1]);
                String destination = route[0].substring(0, route[0].indexOf('/'));
                Route added = EventReader.await(
                        events, Route.class, r -> r.destination().equals(RouteNetlinkTest.ip(destination)));
                assertEquals(
                        RouteNetlinkTest.ip(route[1]),
                        added.nextHops().getFirst().gateway().orElseThrow());
                namespace.sh("ip route del " + route[0]);
                EventReader.await(
                        events,
                        e -> e instanceof NetlinkEvent.Removed(Route r)
                                && r.destination().equals(RouteNetlinkTest.ip(destination)));
            }
            namespace.sh("ip neigh add 10.9.0.7 lladdr 02:00:00:00:00:07 dev d0");
            EventReader.await(events, Neighbour.class, n -> n.mac() == 0x0200_0000_0007L);
            namespace.sh("ip addr del 10.9.0.1/24 dev d0");
            EventReader.await(
                    events,
                    e -> e instanceof NetlinkEvent.Removed(Address a)
                            && a.address().equals(RouteNetlinkTest.ip("10.9.0.1")));
            namespace.sh("ip link del d0");
            EventReader.await(
                    events,
                    e -> e instanceof NetlinkEvent.Removed(Link l) && l.name().equals("d0"));
        }
    }

    @Test
    void shouldHearOnlyItsGroups() {
        try (RouteEvents events = namespace.call(() -> RouteEvents.subscribe(Set.of(RouteEvents.Group.IPV4_ADDRESS)))) {
            namespace.sh("ip link add d0 type veth peer name d1");
            namespace.sh("ip addr add fd09::1/64 dev d0");
            namespace.sh("ip addr add 10.9.0.1/24 dev d0");
            List<NetlinkEvent> seen = new ArrayList<>();
            assertTrue(events.await(10_000));
            events.poll(seen::add);
            assertEquals(1, seen.size());
            assertInstanceOf(Address.class, ((NetlinkEvent.Changed) seen.getFirst()).record());
        }
    }

    @Test
    void shouldAskForResyncWhenEventsWereLost() {
        namespace.sh("ip link add d0 type veth peer name d1");
        try (RouteEvents events = namespace.call(() -> RouteEvents.subscribe(Set.of(RouteEvents.Group.LINK), 4096));
                RouteNetlink netlink = namespace.call(RouteNetlink::open)) {
            int index = netlink.link("d0").orElseThrow().index();
            for (int i = 0; i < 200; i++) {
                netlink.setMtu(index, 1000 + i);
            }
            EventReader.await(events, e -> e instanceof NetlinkEvent.ResyncNeeded);
            while (events.poll(e -> {}) > 0) {
                // what was kept before the loss
            }
            netlink.setMtu(index, 1400);
            EventReader.await(events, Link.class, l -> l.mtu() == 1400);
        }
    }
}
