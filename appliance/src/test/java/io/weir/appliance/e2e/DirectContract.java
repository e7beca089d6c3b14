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
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * DR: the servers hold the virtual addresses and answer past the node; server b at other ports than the services', which
 * its host puts right in what it answers.
 */
final class DirectContract {
    private static final String DIRECT = "dr";
    private static final long LENGTH = 1_000_000;

    private DirectContract() {}

    /** All that NAT does, and where the packets go. */
    @Shape(forward = DIRECT)
    abstract static class Services extends AnswersElsewhereContract {
        @ParameterizedTest
        @EnumSource
        void shouldHearOfTheClientsAloneWhenServersAnswer(IpFamily family) {
            Bed bed = bed();
            String packets = "ip or ip6";
            try (Capture node = Capture.on(bed.node(), Bed.BACK, packets);
                    Capture client = Capture.on(bed.client(), Bed.HOST_DEVICE, packets);
                    Capture a = Capture.on(bed.serverA(), Bed.HOST_DEVICE, packets);
                    Capture b = Capture.on(bed.serverB(), Bed.HOST_DEVICE, packets)) {
                bed.client().call(() -> {
                    for (int i = 0; i < 6; i++) {
                        try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                            assertEquals(PatternBytes.sha256(LENGTH), connection.download(LENGTH));
                            assertEquals(PatternBytes.sha256(LENGTH), connection.upload(LENGTH));
                        }
                    }
                    for (int size : new int[] {1, 33, 3_001, 3_002, 78, 79}) {
                        try (DatagramSocket socket = new DatagramSocket()) {
                            socket.setSoTimeout(5_000);
                            socket.connect(family.vip(VirtualService.ECHO));
                            socket.send(new DatagramPacket(new byte[size], size));
                            socket.receive(new DatagramPacket(new byte[65_535], 65_535));
                        }
                    }
                    return null;
                });
                client.await(
                        "the last answer",
                        frame -> frame.is(family)
                                && frame.protocol() == Frame.UDP
                                && frame.from(family.vip())
                                && frame.payload().length == 8 + 79);

                b.await(
                        "a segment at the server's port",
                        frame -> frame.to(family.vip()) && frame.destinationPort() == 8000);
                List<Frame> answers = client.frames().stream()
                        .filter(frame -> frame.is(family) && frame.from(family.vip()))
                        .toList();
                assertTrue(answers.size() > 1000, answers.size() + " answers");
                assertEquals(
                        List.of(),
                        answers.stream()
                                .filter(f -> !f.sourceMac().equals(Bed.PAST_MAC))
                                .toList());
                assertEquals(
                        List.of(),
                        node.frames().stream().filter(f -> f.from(family.vip())).toList());
                for (Capture capture : List.of(client, a, b)) {
                    ChecksumAudit audit = new ChecksumAudit(capture.frames());
                    assertEquals(List.of(), audit.faults());
                    assertEquals(List.of(), capture.complaints());
                    assertTrue(audit.checked(Frame.TCP) > 100, "TCP segments: " + audit.checked(Frame.TCP));
                    assertTrue(audit.reassembled() > 0, "datagrams in fragments: " + audit.reassembled());
                }
            }
        }
    }

    /** The node's device towards the servers is the narrow one. */
    @Shape(forward = DIRECT, backMtu = NarrowContract.MTU)
    abstract static class Narrow extends NarrowContract.Back {}

    /** Flows on two workers. */
    @Shape(forward = DIRECT, workers = 2)
    abstract static class TwoWorkers extends TwoWorkersContract {}
}
