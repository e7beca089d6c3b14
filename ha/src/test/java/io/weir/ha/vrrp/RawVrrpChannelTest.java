package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.NamespaceThread;
import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Channels over a wire between two namespaces. */
class RawVrrpChannelTest {
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final IpAddress LEFT_V4 = IpAddress.parse("192.0.2.1");
    private static final IpAddress RIGHT_V4 = IpAddress.parse("192.0.2.2");
    private static final IpAddress LEFT_V6 = IpAddress.parse("fe80::1");
    private static final IpAddress RIGHT_V6 = IpAddress.parse("fe80::2");
    private static final Advertisement V4 = new Advertisement(51, 150, 10, List.of(IpAddress.parse("192.0.2.10")));
    private static final Advertisement V6 = new Advertisement(51, 150, 10, List.of(IpAddress.parse("2001:db8::10")));

    private NamespaceThread left;
    private NamespaceThread right;

    @BeforeEach
    void wire() {
        left = new NamespaceThread();
        right = new NamespaceThread();
        left.sh("ip link add e0 type veth peer name e0 netns " + right.file());
        end(left, LEFT_V4, LEFT_V6);
        end(right, RIGHT_V4, RIGHT_V6);
    }

    private static void end(NamespaceThread namespace, IpAddress v4, IpAddress v6) {
        namespace.sh("sysctl -qw net.ipv6.conf.e0.addr_gen_mode=1");
        namespace.sh("ip link set e0 up");
        namespace.sh("ip addr add " + v4 + "/24 dev e0");
        namespace.sh("ip addr add " + v6 + "/64 dev e0 nodad");
    }

    @AfterEach
    void cut() {
        if (right != null) {
            right.close();
        }
        if (left != null) {
            left.close();
        }
    }

    private static RawVrrpChannel open(NamespaceThread namespace, IpAddress source, IpAddress... peers) {
        return namespace.call(() -> RawVrrpChannel.open(DeviceFacts.of("e0"), source, List.of(peers)));
    }

    private static Datagram await(VrrpChannel channel) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        Optional<Datagram> received = channel.receive();
        while (received.isEmpty()) {
            assertTrue(deadline - System.nanoTime() > 0, "nothing came");
            Thread.onSpinWait();
            received = channel.receive();
        }
        return received.get();
    }

    @Test
    void shouldCarryAdvertisementsToTheGroupsOfBothFamilies() {
        try (VrrpChannel from4 = open(left, LEFT_V4);
                VrrpChannel from6 = open(left, LEFT_V6);
                VrrpChannel to4 = open(right, RIGHT_V4);
                VrrpChannel to6 = open(right, RIGHT_V6)) {
            assertTrue(from4.send(V4));
            assertTrue(from6.send(V6));
            assertHeard(V4, LEFT_V4, ReceptionRules.GROUP_V4, await(to4));
            assertHeard(V6, LEFT_V6, ReceptionRules.GROUP_V6, await(to6));
            assertEquals(Optional.empty(), from4.receive());
            assertEquals(Optional.empty(), from6.receive());
            assertEquals(Optional.empty(), to4.receive());
            assertEquals(Optional.empty(), to6.receive());
        }
    }

    @Test
    void shouldCarryAdvertisementsToPeers() {
        try (VrrpChannel from4 = open(left, LEFT_V4, IpAddress.parse("192.0.2.77"), RIGHT_V4);
                VrrpChannel from6 = open(left, LEFT_V6, RIGHT_V6);
                VrrpChannel to4 = open(right, RIGHT_V4, LEFT_V4);
                VrrpChannel to6 = open(right, RIGHT_V6, LEFT_V6)) {
            assertTrue(from4.send(V4));
            assertTrue(from6.send(V6));
            assertHeard(V4, LEFT_V4, RIGHT_V4, await(to4));
            assertHeard(V6, LEFT_V6, RIGHT_V6, await(to6));
        }
    }

    @Test
    void shouldCarryAsManyAddressesAsTheFieldCounts() {
        List<IpAddress> many = java.util.stream.IntStream.range(0, 255)
                .mapToObj(n -> IpAddress.parse("2001:db8::" + Integer.toHexString(n + 1)))
                .toList();
        Advertisement large = new Advertisement(255, 1, 4095, many);
        try (VrrpChannel from = open(left, LEFT_V6);
                VrrpChannel to = open(right, RIGHT_V6)) {
            assertTrue(from.send(large)); // in fragments
            assertHeard(large, LEFT_V6, ReceptionRules.GROUP_V6, await(to));
        }
    }

    @Test
    void shouldSayThatNothingWasSentWhenTheDeviceIsDown() {
        try (VrrpChannel from = open(left, LEFT_V4)) {
            assertTrue(from.send(V4));
            left.sh("ip link set e0 down");
            assertEquals(Optional.empty(), from.receive());
            assertEquals(false, from.send(V4));
            left.sh("ip link set e0 up");
            assertTrue(from.send(V4));
        }
    }

    private static void assertHeard(Advertisement sent, IpAddress from, IpAddress to, Datagram received) {
        assertEquals(from, received.source());
        assertEquals(to, received.destination());
        assertEquals(255, received.hopLimit());
        assertEquals(new Reception.Heard(sent, false), AdvertisementCodec.read(received, false));
    }
}
