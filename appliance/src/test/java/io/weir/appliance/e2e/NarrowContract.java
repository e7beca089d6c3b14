package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The node itself must say that a packet is too big, because its own device on the other side is the narrow one. */
final class NarrowContract {
    static final int MTU = 1400;
    private static final long LENGTH = 3_000_000;

    private NarrowContract() {}

    /** Towards the servers. */
    @Shape(backMtu = MTU)
    abstract static class Back extends Contract {
        @ParameterizedTest
        @EnumSource
        void shouldUploadEveryByteWhenTheNodesBackDeviceIsNarrow(IpFamily family) {
            bed().forgetPaths();
            assertEquals(PatternBytes.sha256(LENGTH), upload(bed().client(), family, VirtualService.WEB, LENGTH));
            assertEquals(MTU, IcmpContract.pathMtu(bed().client(), family, family.vip()), "the client learned it");
        }

        @ParameterizedTest
        @EnumSource
        void shouldEchoADatagramWhenItsFirstFrameWasTooBig(IpFamily family) {
            bed().forgetPaths();
            boolean echoed = bed().client().call(() -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.connect(family.vip(VirtualService.ECHO));
                    socket.setSoTimeout(500);
                    for (int attempt = 0; attempt < 10; attempt++) {
                        try {
                            socket.send(new DatagramPacket(new byte[1450], 1450));
                            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                            socket.receive(answer);
                            return answer.getLength() == 1450;
                        } catch (SocketException | SocketTimeoutException e) {
                            // the first is lost by design: its sender learns from it, by EMSGSIZE or silently
                        }
                    }
                    return false;
                }
            });
            assertTrue(echoed);
        }
    }

    /** Towards the clients. */
    @Shape(frontMtu = MTU)
    abstract static class Front extends Contract {
        @ParameterizedTest
        @EnumSource
        void shouldDownloadEveryByteWhenTheNodesFrontDeviceIsNarrow(IpFamily family) {
            bed().forgetPaths();
            assertEquals(PatternBytes.sha256(LENGTH), download(bed().client(), family, VirtualService.WEB, LENGTH));
            int learned = Math.min(
                    IcmpContract.pathMtu(bed().serverA(), family, family.front(2)),
                    IcmpContract.pathMtu(bed().serverB(), family, family.front(2)));
            assertEquals(MTU, learned, "the server learned it");
        }
    }
}
