package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TUN, the servers' hosts unwrapping with {@code weir decap}; and DR over VXLAN, which the servers' kernels take off. */
final class TunnelContract {
    private static final long LENGTH = 1_500_000;
    private static final int GUE = 6080;

    private TunnelContract() {}

    private static void transfer(IpFamily family, int port) throws Exception {
        try (WebConnection connection = new WebConnection(family.vip(port))) {
            assertEquals(PatternBytes.sha256(LENGTH), connection.download(LENGTH));
            assertEquals(PatternBytes.sha256(LENGTH), connection.upload(LENGTH));
        }
    }

    private static void echo(IpFamily family, int size) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.connect(family.vip(VirtualService.ECHO));
            socket.send(new DatagramPacket(new byte[size], size));
            DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(answer);
            assertEquals(size, answer.getLength());
        }
    }

    private static void assertRight(List<Frame> frames) {
        ChecksumAudit audit = new ChecksumAudit(frames);
        assertEquals(List.of(), audit.faults());
        assertTrue(audit.checked(Frame.TCP) > 100, "TCP segments: " + audit.checked(Frame.TCP));
    }

    /** All that NAT does, and what is on the wire. */
    @Shape(forward = "tun")
    abstract static class Services extends AnswersElsewhereContract {
        /** What does not fit with headers before it is lost by design, and its sender learns of it: so let it know. */
        @Override
        @ParameterizedTest
        @EnumSource
        void shouldEchoDatagramsWhenTheyFitAFrameAndWhenTheyDoNot(IpFamily family) {
            assertEquals(
                    PatternBytes.sha256(LENGTH),
                    upload(bed().client(), family, TunnelServices.port("gue", IpFamily.IPV6), LENGTH));
            super.shouldEchoDatagramsWhenTheyFitAFrameAndWhenTheyDoNot(family);
        }

        @ParameterizedTest
        @EnumSource
        void shouldCarryEitherVersionOfIpInEitherByEveryTunnel(IpFamily family) {
            try (Capture wire = Capture.on(bed().backLan(), Bed.NODE_PORT, "ip or ip6");
                    Capture client = Capture.on(bed().client(), Bed.HOST_DEVICE, "ip or ip6");
                    Capture server = Capture.on(bed().serverA(), Bed.HOST_DEVICE, "ip or ip6")) {
                bed().client().call(() -> {
                    for (String kind : TunnelServices.KINDS) {
                        for (IpFamily outer : IpFamily.values()) {
                            transfer(family, TunnelServices.port(kind, outer));
                        }
                    }
                    echo(family, 3_001);
                    return null;
                });
                List<Frame> outside = wire.settled().stream()
                        .filter(TunnelContract::isTunnelled)
                        .toList();
                List<Frame> inside = outside.stream().map(Frame::inside).toList();
                for (IpFamily outer : IpFamily.values()) {
                    for (int protocol : new int[] {family == IpFamily.IPV4 ? 4 : 41, 47, Frame.UDP}) {
                        long count = outside.stream()
                                .filter(f -> f.is(outer) && f.protocol() == protocol)
                                .count();
                        assertTrue(count > 1000, "%s %d: %d".formatted(outer, protocol, count));
                    }
                }
                assertEquals(List.of(), new ChecksumAudit(outside).faults(), "outer headers, and UDP over IPv6");
                assertRight(inside);
                assertRight(server.settled());
                assertTrue(inside.stream().allMatch(f -> f.is(family) && f.to(family.vip())));
                List<Frame> answers = client.settled().stream()
                        .filter(f -> f.is(family) && f.from(family.vip()) && f.protocol() == Frame.TCP)
                        .toList();
                assertRight(answers);
                assertTrue(answers.stream().allMatch(f -> f.sourceMac().equals(Bed.PAST_MAC)), "past the node");
            }
        }

        @ParameterizedTest
        @EnumSource
        void shouldLoseNothingWhenTheWayToTheServerIsNarrow(IpFamily family) {
            bed().forgetPaths();
            int outer = family.headerLength();
            try (Capture client = Capture.on(bed().client(), Bed.HOST_DEVICE, "icmp or icmp6")) {
                bed().client().call(() -> {
                    transfer(family, TunnelServices.farPort("ipip"));
                    return null;
                });
                client.await(
                        "an error that names what fits the narrow link",
                        f -> f.isTooBig() && f.mtu() == Bed.FAR_MTU - outer);
                assertEquals(
                        Bed.FAR_MTU - outer,
                        IcmpContract.pathMtu(bed().client(), family, family.vip()),
                        "the client learned it");
                assertEquals(List.of(), new ChecksumAudit(client.frames()).faults());
            }
            bed().client().call(() -> {
                for (String kind : TunnelServices.KINDS) {
                    transfer(family, TunnelServices.farPort(kind));
                }
                return null;
            });
            assertEquals(
                    Bed.FAR_MTU - outer - 12,
                    IcmpContract.pathMtu(bed().client(), family, family.vip()),
                    "GUE's headers are the longest");
            assertTrue(stage().weir()
                            .stat()
                            .get("counters")
                            .get("tunnel.mtu-learned")
                            .asLong()
                    > 0);
            bed().forgetPaths();
        }
    }

    private static boolean isTunnelled(Frame frame) {
        return frame.isIp()
                && (frame.protocol() == 4
                        || frame.protocol() == 41
                        || frame.protocol() == 47
                        || frame.destinationPort() == GUE
                        || frame.destinationPort() == Overlay.PORT);
    }

    /** The servers are in an overlay, and the node encapsulates. */
    @Shape(forward = "dr", overlay = Overlay.OWN)
    abstract static class OverVxlan extends Contract {
        @ParameterizedTest
        @EnumSource
        void shouldServeWhenTheServersAreInAnOverlay(IpFamily family) {
            bed().forgetPaths();
            try (Capture wire = Capture.on(bed().backLan(), Bed.NODE_PORT, "udp port 4789");
                    Capture server = Capture.on(bed().serverA(), Overlay.device(family))) {
                bed().client().call(() -> {
                    for (int n = 0; n < 3; n++) {
                        transfer(family, VirtualService.WEB);
                        echo(family, 1_450 + n);
                        echo(family, 4_000 + n);
                    }
                    return null;
                });
                assertEquals(
                        1500 - family.headerLength() - 30,
                        IcmpContract.pathMtu(bed().client(), family, family.vip()),
                        "the client learned what fits");
                List<Frame> outside = wire.settled().stream()
                        .filter(TunnelContract::isTunnelled)
                        .toList();
                assertTrue(outside.stream().allMatch(f -> f.is(family)));
                assertEquals(List.of(), new ChecksumAudit(outside).faults());
                List<Frame> inside =
                        new ArrayList<>(outside.stream().map(Frame::inside).toList());
                assertRight(inside);
                assertTrue(inside.stream().allMatch(f -> f.sourceMac().equals(Bed.FRONT_MAC)));
                assertTrue(outside.stream().map(Frame::sourcePort).distinct().count() >= 4, "a flow, a source port");
                server.await("what the overlay's device got", f -> f.is(family) && f.to(family.vip()));
            }
            bed().forgetPaths();
        }
    }

    /** The node's back device is a VXLAN device of its kernel. */
    @Shape(forward = "dr", overlay = Overlay.DEVICE)
    abstract static class ThroughDevice extends Contract {
        @ParameterizedTest
        @EnumSource
        void shouldServeWhenTheBackDeviceIsAnOverlay(IpFamily family) {
            bed().forgetPaths();
            try (Capture wire = Capture.on(bed().backLan(), Bed.NODE_PORT, "udp port 4789")) {
                bed().client().call(() -> {
                    for (int n = 0; n < 3; n++) {
                        transfer(family, VirtualService.WEB);
                        echo(family, 1_000 + n);
                    }
                    return null;
                });
                assertRight(wire.settled().stream()
                        .filter(TunnelContract::isTunnelled)
                        .map(Frame::inside)
                        .filter(f -> f.is(family))
                        .toList());
            }
            bed().forgetPaths();
        }
    }
}
