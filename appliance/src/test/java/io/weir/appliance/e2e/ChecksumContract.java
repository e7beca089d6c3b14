package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IcmpEcho;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every checksum on both sides, recomputed in full here and judged by tcpdump too. */
abstract class ChecksumContract extends Contract {
    private static final long LENGTH = 1_000_000;

    @ParameterizedTest
    @EnumSource
    void shouldLeaveEveryChecksumRightWhenTrafficOfEveryKindPasses(IpFamily family) {
        Bed bed = bed();
        bed.forgetPaths();
        String addresses = "ip or ip6";
        try (Capture front = Capture.on(bed.client(), Bed.HOST_DEVICE, addresses);
                Capture a = Capture.on(bed.serverA(), Bed.HOST_DEVICE, addresses);
                Capture b = Capture.on(bed.serverB(), Bed.HOST_DEVICE, addresses);
                Capture far = Capture.on(bed.farServer(), Bed.HOST_DEVICE, addresses)) {
            bed.client().call(() -> {
                exercise(family);
                return null;
            });
            front.await(
                    "the last answer",
                    frame -> frame.is(family) && isEchoAnswer(frame) && frame.payload().length == 8 + 77);

            for (Capture capture : List.of(front, a, b, far)) {
                ChecksumAudit audit = new ChecksumAudit(capture.frames());
                assertEquals(List.of(), audit.faults());
                assertEquals(List.of(), capture.complaints());
                assertTrue(audit.checked(Frame.TCP) > 100, "TCP segments: " + audit.checked(Frame.TCP));
                assertTrue(audit.checked(Frame.UDP) > 0, "datagrams: " + audit.checked(Frame.UDP));
                assertTrue(audit.reassembled() > 0, "datagrams in fragments: " + audit.reassembled());
            }
            ChecksumAudit audit = new ChecksumAudit(front.frames());
            assertTrue(audit.checked(family == IpFamily.IPV4 ? Frame.ICMP : Frame.ICMPV6) >= 4, "ICMP messages");
        }
    }

    private static boolean isEchoAnswer(Frame frame) {
        return frame.icmpType() == (frame.isIpv4() ? 0 : 129);
    }

    /** A bit of everything; runs in the client. */
    private static void exercise(IpFamily family) throws IOException {
        for (int i = 0; i < 6; i++) {
            WebConnection.fetch(family.vip(VirtualService.WEB), "/");
            try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                assertEquals(PatternBytes.sha256(LENGTH), connection.download(LENGTH));
                assertEquals(PatternBytes.sha256(LENGTH), connection.upload(LENGTH));
            }
        }
        try (WebConnection connection = new WebConnection(family.vip(VirtualService.FAR_WEB))) {
            assertEquals(PatternBytes.sha256(LENGTH), connection.upload(LENGTH));
            assertEquals(PatternBytes.sha256(LENGTH), connection.download(LENGTH));
        }
        for (int port : new int[] {VirtualService.ECHO, VirtualService.ECHO, VirtualService.FAR_ECHO}) {
            for (int size : new int[] {1, 2, 33, 999, 1001, 3_001, 1_999}) {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.setSoTimeout(5_000);
                    socket.connect(family.vip(port));
                    socket.send(new DatagramPacket(new byte[size], size));
                    socket.receive(new DatagramPacket(new byte[65_535], 65_535));
                }
            }
        }
        assertThrows(IOException.class, () -> WebConnection.fetch(family.vip(VirtualService.REFUSED), "/"));
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.connect(family.vip(VirtualService.REFUSED));
            socket.send(new DatagramPacket(new byte[11], 11));
            assertThrows(IOException.class, () -> socket.receive(new DatagramPacket(new byte[11], 11)));
        }
        TtlProbe.send(family, Frame.UDP, family.vip(VirtualService.FAR_ECHO), 29_001, 1)
                .close();
        TtlProbe.send(family, Frame.UDP, family.vip(VirtualService.FAR_ECHO), 29_002, 2)
                .close();
        for (int size : new int[] {0, 1, 1200, 77}) {
            assertTrue(IcmpEcho.ping(IpFamily.address(family.vip()), size, size, 5_000)
                    .isPresent());
        }
    }
}
