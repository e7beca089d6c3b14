package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IcmpEcho;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The node's kernel keeps what is its own, and keeps out of what is not, while balanced traffic flows. */
abstract class CoexistenceContract extends Contract {
    private static final int TURNS = 10;

    @ParameterizedTest
    @EnumSource
    void shouldLetServersOutThroughTheNodesKernelWhenTrafficFlows(IpFamily family) {
        whileTrafficFlows(family, () -> {
            for (int i = 0; i < TURNS; i++) {
                String seen = fetch(bed().serverA(), family.front(77), BedServers.OWN_PORT, "/peer");
                assertEquals(IpFamily.address(family.front(1)), IpFamily.address(seen), "masqueraded");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldServeTheNodesOwnAddressesWhenTrafficFlows(IpFamily family) {
        whileTrafficFlows(family, () -> {
            for (int i = 0; i < TURNS; i++) {
                assertEquals("node", fetch(bed().client(), family.front(1), BedServers.OWN_PORT, "/"));
                assertEquals("node", fetch(bed().serverA(), family.back(1), BedServers.OWN_PORT, "/"));
            }
            assertTrue(bed().client()
                    .call(() -> IcmpEcho.ping(IpFamily.address(family.front(1)), 56, 1, 5_000))
                    .isPresent());
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldLetTheNodesKernelReachServersWhenTrafficFlows(IpFamily family) {
        whileTrafficFlows(family, () -> {
            for (int i = 0; i < TURNS; i++) {
                assertEquals("a", fetch(bed().node(), family.back(2), 80, "/"));
                assertEquals("c", fetch(bed().node(), family.farBack(2), 80, "/"));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheKernelSilentWhenTrafficIsTheBalancers(IpFamily family) {
        Bed bed = bed();
        bed.forgetPaths();
        try (Capture front = Capture.on(bed.client(), Bed.HOST_DEVICE, "ip or ip6");
                Capture back = Capture.on(bed.serverA(), Bed.HOST_DEVICE, "ip or ip6")) {
            bed.client().call(() -> {
                for (int i = 0; i < 30; i++) {
                    WebConnection.fetch(family.vip(VirtualService.WEB), "/");
                }
                try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                    assertEquals(PatternBytes.sha256(300_000), connection.download(300_000));
                    assertEquals(PatternBytes.sha256(300_000), connection.upload(300_000));
                }
                assertTrue(IcmpEcho.ping(IpFamily.address(family.vip()), 77, 77, 5_000)
                        .isPresent());
                return null;
            });
            front.await("the last answer", frame -> frame.is(family) && frame.icmpType() == (frame.isIpv4() ? 0 : 129));
            back.await("the last request's end", frame -> frame.is(family) && frame.isFin());

            Predicate<Frame> resetOrError = frame -> frame.isReset() || frame.isIcmpError();
            assertNone("a reset or an ICMP error towards the client", front, resetOrError.and(fromNode(Bed.FRONT_MAC)));
            assertNone("a reset or an ICMP error towards a server", back, resetOrError.and(fromNode(Bed.BACK_MAC)));
            assertNone(
                    "a server's own address at the client",
                    front,
                    frame -> frame.is(family)
                            && List.of(family.back(2), family.back(3)).stream().anyMatch(frame::from));
            assertNone(
                    "web traffic under the node's own address",
                    front,
                    frame -> frame.protocol() == Frame.TCP && frame.from(family.front(1)));
        }
    }

    private static Predicate<Frame> fromNode(String mac) {
        return frame -> frame.sourceMac().equals(mac);
    }

    private static void assertNone(String what, Capture capture, Predicate<Frame> kind) {
        List<Frame> found = capture.frames().stream().filter(kind).toList();
        assertTrue(found.isEmpty(), () -> what + ":\n" + Capture.describe(found));
    }

    /** Runs checks while a client downloads again and again, and checks the downloads too. */
    private void whileTrafficFlows(IpFamily family, Runnable checks) {
        AtomicBoolean done = new AtomicBoolean();
        String expected = PatternBytes.sha256(500_000);
        FutureTask<Integer> traffic = bed().client().fork(() -> {
            int rounds = 0;
            try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                do {
                    assertEquals(expected, connection.download(500_000));
                    assertFalse(WebConnection.fetch(family.vip(VirtualService.WEB), "/")
                            .isEmpty());
                    rounds++;
                } while (!done.get());
            }
            return rounds;
        });
        try {
            checks.run();
        } finally {
            done.set(true);
        }
        assertTrue(Namespace.join(traffic) > 0);
    }
}
