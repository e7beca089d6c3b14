package io.weir.appliance.ha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import io.weir.engine.counters.Counter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections of real TCP stacks, and a dispatcher that dies and comes back knowing none of them. */
class ReconstructionTest {
    private static final int CONNECTIONS = 20;

    @TempDir
    private static Path directory;

    private static RestartStage stage;

    @BeforeAll
    static void build() {
        stage = new RestartStage(directory);
    }

    @AfterEach
    void stop() {
        stage.stop();
        for (Namespace host : hosts()) {
            host.sysctl("net/ipv4/tcp_timestamps", "1");
        }
        stage.bed().restore(stage.bed().serverA());
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    private static List<Namespace> hosts() {
        Bed bed = stage.bed();
        return List.of(bed.client(), bed.serverA(), bed.serverB());
    }

    private static KeptAlive keptAlive() {
        return new KeptAlive(stage.bed().client(), stage::story).open(CONNECTIONS);
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                Arguments.of("af_packet", 1, "rr", true),
                Arguments.of("af_packet", 2, "rr", false),
                Arguments.of("af_xdp", 1, "rr", false),
                Arguments.of("af_xdp", 2, "wlc", true),
                Arguments.of("af_packet", 1, "sh", true),
                Arguments.of("af_xdp", 1, "mh", true));
    }

    private static void timestamps(boolean on) {
        if (!on) {
            hosts().forEach(host -> host.sysctl("net/ipv4/tcp_timestamps", "0"));
        }
    }

    /** Flows whose server spoke first: the acknowledgement of its last answer died with the node. */
    private static long learned() {
        return stage.count(Counter.RECONSTRUCTED_LEARN);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void shouldGoOnAtTheSameServersWhenTheNodeIsRestarted(
            String driver, int workers, String scheduler, boolean timestamps) throws IOException {
        timestamps(timestamps);
        stage.start(driver, workers, scheduler);
        try (KeptAlive connections = keptAlive()) {
            List<String> before = connections.ask();
            stage.restart();
            assertEquals(before, connections.ask(), stage::story);
            assertEquals(before, connections.ask(), stage::story);
        }
        boolean derived = scheduler.equals("sh") || scheduler.equals("mh");
        long found = stage.count(derived ? Counter.RECONSTRUCTED_DERIVE : Counter.RECONSTRUCTED_PROBE);
        assertEquals(2 * CONNECTIONS, found + learned(), stage::story);
        assertTrue(found > CONNECTIONS, stage::story);
        assertEquals(0, stage.count(Counter.RECONSTRUCTED_REFUSE), stage::story);
        assertEquals(0, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void shouldGoOnByReplayWhenTheSourceDocumentIsFollowed(
            String driver, int workers, String scheduler, boolean timestamps) throws IOException {
        timestamps(timestamps);
        stage.start(driver, workers, scheduler, "reconstruct = replay", "replay-guard = http");
        try (KeptAlive connections = keptAlive()) {
            connections.ask();
            stage.restart();
            List<String> after = connections.ask();
            assertEquals(after, connections.ask(), stage::story);
            assertEquals(2 * CONNECTIONS, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
            assertEquals(0, stage.count(Counter.RECONSTRUCTED_REFUSE), stage::story);
            stage.restart(); // and once more: what was replayed is replayed again
            assertEquals(2 * CONNECTIONS, connections.ask().size());
            assertEquals(2 * CONNECTIONS, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
        }
    }

    @ParameterizedTest
    @CsvSource({"af_packet, true", "af_xdp, false"})
    void shouldGoOnAtTheOtherServerWhenOneDiesWithTheNode(String driver, boolean timestamps) throws IOException {
        timestamps(timestamps);
        stage.start(driver, 1, "rr");
        try (KeptAlive connections = keptAlive()) {
            List<String> before = connections.ask();
            stage.kill();
            stage.bed().cutOff(stage.bed().serverA());
            stage.restart();
            List<String> after = connections.ask();
            assertTrue(after.stream().allMatch("b"::equals), after::toString);
            long ofA = before.stream().filter("a"::equals).count();
            assertTrue(ofA >= CONNECTIONS - 1 && ofA <= CONNECTIONS + 1, before::toString);
            assertEquals(ofA, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
            long probed = stage.count(Counter.RECONSTRUCTED_PROBE);
            assertEquals(2 * CONNECTIONS - ofA, probed + learned(), stage::story);
            assertEquals(0, stage.count(Counter.RECONSTRUCTED_REFUSE), stage::story);
            assertEquals(after, connections.ask(), stage::story);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_packet", "af_xdp"})
    void shouldFinishTransfersThatWereUnderWay(String driver) throws Exception {
        long length = 30_000_000;
        stage.start(driver, 2, "rr");
        try (Transfers transfers = new Transfers(length)) {
            transfers.awaitQuarter();
            stage.restart();
            transfers.assertWhole();
        }
        assertEquals(0, stage.count(Counter.RECONSTRUCTED_REFUSE), stage::story);
        assertEquals(0, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
    }

    /** Downloads and uploads of both families, slowed down so that a node can die in the middle of them. */
    private static final class Transfers implements AutoCloseable {
        private final long length;
        private final List<FutureTask<String>> tasks = new ArrayList<>();
        private final SlowLinks links;

        Transfers(long length) {
            this.length = length;
            Namespace client = stage.bed().client();
            Bed bed = stage.bed();
            links = new SlowLinks(200, client, bed.serverA(), bed.serverB());
            for (IpFamily family : IpFamily.values()) {
                for (int n = 0; n < 2; n++) { // one at each server
                    tasks.add(client.fork(() -> {
                        try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                            return connection.download(length);
                        }
                    }));
                    tasks.add(client.fork(() -> {
                        try (WebConnection connection = new WebConnection(family.vip(VirtualService.WEB))) {
                            return connection.upload(length);
                        }
                    }));
                }
            }
        }

        /** Waits until a good part of it all has passed. */
        void awaitQuarter() throws InterruptedException {
            long packets = tasks.size() * length / 1448 / 4;
            while (stage.count(Counter.FORWARDED_TO_CLIENT) + stage.count(Counter.FORWARDED_TO_SERVER) < packets) {
                for (FutureTask<String> task : tasks) {
                    assertTrue(!task.isDone(), stage::story);
                }
                Thread.sleep(5);
            }
        }

        void assertWhole() {
            String whole = PatternBytes.sha256(length);
            for (FutureTask<String> task : tasks) {
                try {
                    assertEquals(whole, Namespace.join(task));
                } catch (RuntimeException e) {
                    throw new AssertionError(stage.story(), e);
                }
            }
        }

        @Override
        public void close() {
            links.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "adopt"})
    void shouldFindTheServerOfAConnectionThatSpokeFirstAndSleptThrough(String mode) {
        stage.start("af_packet", 1, "rr", "reconstruct = " + mode);
        stage.bed().client().call(() -> {
            List<Socket> sockets = new ArrayList<>();
            try {
                for (IpFamily family : IpFamily.values()) {
                    Socket socket = new Socket();
                    sockets.add(socket);
                    socket.setSoTimeout(WebConnection.PATIENCE_MS);
                    socket.connect(family.vip(VirtualService.FTP), WebConnection.PATIENCE_MS);
                    assertEquals("220 b ready", line(socket));
                }
                stage.restart();
                for (Socket socket : sockets) {
                    socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                    assertEquals("221 Goodbye", line(socket));
                    assertEquals(-1, socket.getInputStream().read());
                }
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
            return null;
        });
    }

    private static String line(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }
}
