package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.IcmpEcho;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The LVS article's example, as clients and servers see it. */
abstract class ServiceContract extends Contract {
    private static final int PATIENCE_MS = 5_000;
    private static final long LARGE = 100_000_000;

    @ParameterizedTest
    @EnumSource
    void shouldSplitRequestsByWeightWhenOneClientSendsThemAll(IpFamily family) {
        Map<String, Integer> served = bed().client().call(() -> {
            Map<String, Integer> counts = new TreeMap<>();
            for (int i = 0; i < 300; i++) {
                counts.merge(WebConnection.fetch(family.vip(VirtualService.WEB), "/"), 1, Integer::sum);
            }
            return counts;
        });
        assertEquals(Map.of("a", 100, "b", 200), served);
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowServersTheClientsOwnAddressWhenItConnects(IpFamily family) {
        String seen = fetch(bed().client(), family.vip(), VirtualService.WEB, "/peer");
        assertEquals(IpFamily.address(family.front(2)), IpFamily.address(seen));
    }

    @ParameterizedTest
    @EnumSource
    void shouldStayWithOneServerWhenAConnectionIsKeptAlive(IpFamily family) {
        bed().client().call(() -> {
            try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                String first = connection.get("/");
                for (int i = 0; i < 20; i++) {
                    assertEquals(first, connection.get("/"));
                }
            }
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeliverEveryByteWhenAClientDownloads(IpFamily family) {
        assertEquals(PatternBytes.sha256(LARGE), download(bed().client(), family, VirtualService.WEB, LARGE));
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeliverEveryByteWhenAClientUploads(IpFamily family) {
        assertEquals(PatternBytes.sha256(LARGE), upload(bed().client(), family, VirtualService.WEB, LARGE));
    }

    @ParameterizedTest
    @EnumSource
    void shouldServeEveryConnectionWhenTwoHundredAreOpenAtOnce(IpFamily family) {
        int number = 200;
        CyclicBarrier allOpen = new CyclicBarrier(number);
        Callable<String> visit = () -> {
            try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                String server = connection.get("/");
                allOpen.await(30, TimeUnit.SECONDS);
                assertEquals(server, connection.get("/"));
                assertEquals(PatternBytes.sha256(20_000), connection.download(20_000));
                return server;
            }
        };
        List<String> servers = atOnce(bed().client(), Collections.nCopies(number, visit));
        int a = Collections.frequency(servers, "a");
        assertEquals(number, a + Collections.frequency(servers, "b"));
        assertTrue(a >= 66 && a <= 67, "server a has a third: " + a);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGreetWhenTheServerSpeaksFirst(IpFamily family) {
        bed().client().call(() -> {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(PATIENCE_MS);
                socket.connect(family.vip(VirtualService.FTP), PATIENCE_MS);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                assertEquals("220 b ready", in.readLine());
                socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals("221 Goodbye", in.readLine());
                assertEquals(-1, in.read());
            }
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldEchoDatagramsWhenTheyFitAFrameAndWhenTheyDoNot(IpFamily family) {
        bed().client().call(() -> {
            for (int size : new int[] {1, 100, 1400, 1473, 4_000, 16_001}) {
                for (int flow = 0; flow < 4; flow++) {
                    assertEcho(family.vip(VirtualService.ECHO), size);
                }
            }
            return null;
        });
    }

    private static void assertEcho(InetSocketAddress target, int size) throws Exception {
        byte[] sent = new byte[size];
        PatternBytes.read(size, sent, size);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(target);
            socket.send(new DatagramPacket(sent, size));
            DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(answer);
            byte[] received = new byte[answer.getLength()];
            System.arraycopy(answer.getData(), 0, received, 0, received.length);
            assertArrayEquals(sent, received, size + " bytes");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerPingsWhenTheyGoToTheVirtualAddress(IpFamily family) {
        bed().client().call(() -> {
            for (int size : new int[] {0, 56, 1400}) {
                assertTrue(
                        IcmpEcho.ping(IpFamily.address(family.vip()), size, size, PATIENCE_MS)
                                .isPresent(),
                        size + " bytes");
            }
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAtOnceWhenNobodyServesThePort(IpFamily family) {
        bed().client().call(() -> {
            try (Socket socket = new Socket()) {
                assertThrows(
                        ConnectException.class, () -> socket.connect(family.vip(VirtualService.REFUSED), PATIENCE_MS));
            }
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(PATIENCE_MS);
                socket.connect(family.vip(VirtualService.REFUSED));
                socket.send(new DatagramPacket(new byte[10], 10));
                assertThrows(
                        PortUnreachableException.class, () -> socket.receive(new DatagramPacket(new byte[10], 10)));
            }
            return null;
        });
    }
}
