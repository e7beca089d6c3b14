package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.NamespaceThread;
import io.weir.bindings.NativeBlock;
import io.weir.ha.HaCounter;
import io.weir.ha.HaCounters;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Announcements as a Linux host on the same wire understands them. */
class PacketAnnouncerTest {
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final String OLD = "02:00:00:00:00:99";
    private static final String MAC = "02:00:00:00:00:01";
    private static final List<String> ADDRESSES = List.of("192.0.2.10", "2001:db8::10");

    private final NativeBlock block = new NativeBlock(HaCounters.byteSize());
    private final HaCounters counters = new HaCounters(block.address());
    private NamespaceThread node;
    private NamespaceThread host;

    @BeforeEach
    void wire() {
        node = new NamespaceThread();
        host = new NamespaceThread();
        node.sh("ip link add e0 address " + MAC + " type veth peer name e0 netns " + host.file());
        for (NamespaceThread each : List.of(node, host)) {
            each.sh("sysctl -qw net.ipv6.conf.e0.accept_dad=0");
            each.sh("ip link set e0 up");
        }
        host.sh("ip addr add 192.0.2.2/24 dev e0");
        host.sh("ip addr add 2001:db8::2/64 dev e0 nodad");
    }

    @AfterEach
    void cut() {
        if (host != null) {
            host.close();
        }
        if (node != null) {
            node.close();
        }
        block.close();
    }

    private void awaitNeighbour(String address, String mac) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        String shown = "";
        while (!shown.contains(mac)) {
            assertTrue(deadline - System.nanoTime() > 0, shown);
            shown = host.sh("ip neigh show to " + address + " dev e0");
        }
    }

    @Test
    void shouldMoveAddressesInTheNeighboursTables() {
        for (String address : ADDRESSES) {
            host.sh("ip neigh replace %s lladdr %s dev e0 nud reachable".formatted(address, OLD));
        }
        try (PacketAnnouncer announcer = node.call(() -> PacketAnnouncer.open("e0", counters))) {
            node.call(() -> {
                announcer.announce(ADDRESSES.stream().map(IpAddress::parse).toList());
                return null;
            });
            ADDRESSES.forEach(address -> awaitNeighbour(address, MAC));
            assertTrue(host.sh("ip -6 neigh show dev e0").contains(" router "), "as a router");
            assertEquals(1, counters.get(HaCounter.ANNOUNCED_ARP));
            assertEquals(1, counters.get(HaCounter.ANNOUNCED_ND));
            assertEquals(0, counters.get(HaCounter.ANNOUNCE_FAILED));
        }
    }

    @Test
    void shouldAnnounceMoreAddressesThanFitABatch() {
        List<IpAddress> many = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            many.add(IpAddress.parse("192.0.2." + (n + 10)));
        }
        host.sh("ip neigh replace 192.0.2.209 lladdr %s dev e0 nud reachable".formatted(OLD));
        try (PacketAnnouncer announcer = node.call(() -> PacketAnnouncer.open("e0", counters))) {
            node.call(() -> {
                announcer.announce(many);
                return null;
            });
            awaitNeighbour("192.0.2.209", MAC);
            assertEquals(200, counters.get(HaCounter.ANNOUNCED_ARP));
        }
    }

    @Test
    void shouldCountWhatItCannotSend() {
        try (PacketAnnouncer announcer = node.call(() -> PacketAnnouncer.open("e0", counters))) {
            node.sh("ip link set e0 down");
            node.call(() -> {
                announcer.announce(ADDRESSES.stream().map(IpAddress::parse).toList());
                return null;
            });
            assertEquals(2, counters.get(HaCounter.ANNOUNCE_FAILED));
            assertEquals(0, counters.get(HaCounter.ANNOUNCED_ARP));
        }
    }
}
