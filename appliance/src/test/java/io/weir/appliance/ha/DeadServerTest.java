package io.weir.appliance.ha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import io.weir.engine.counters.Counter;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections of real TCP stacks whose server's host is cut off: with the dispatcher, or under a healthy one. */
class DeadServerTest {
    /** After some seconds without a node a client sends again only every 6, 12, 25 s. */
    private static final int LONG_MS = 60_000;

    private static final int SHORT = 20_000; // a window that is read too small by 2⁷ takes its time
    private static final String[] CHECKED = {"health = tcp", "health.interval = 200ms", "health.timeout = 200ms"};

    @TempDir
    private static Path directory;

    private static RestartStage stage;

    @BeforeAll
    static void build() {
        Requires.tool("nft");
        Requires.tool("ss");
        stage = new RestartStage(directory);
    }

    @AfterEach
    void mend() {
        stage.stop();
        stage.bed().restore(stage.bed().serverA());
        new Stack(true, 7, 0).set();
        dropNothing();
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    /**
     * What the client's stack offers for a new connection.
     *
     * @param timestamps whether it does
     * @param windowScale of its receive window; 0: it does not scale
     * @param mss the largest segment; 0: what its device allows
     */
    private record Stack(boolean timestamps, int windowScale, int mss) {
        static List<Stack> all() {
            List<Stack> all = new ArrayList<>();
            for (int windowScale : new int[] {0, 7, 14}) {
                for (int mss : new int[] {536, 0}) {
                    all.add(new Stack(true, windowScale, mss));
                    all.add(new Stack(false, windowScale, mss));
                }
            }
            return all;
        }

        void set() {
            Namespace client = stage.bed().client();
            client.sysctl("net/ipv4/tcp_timestamps", timestamps ? "1" : "0");
            client.sysctl("net/ipv4/tcp_window_scaling", windowScale == 0 ? "0" : "1");
            client.sysctl("net/ipv4/tcp_rmem", "4096 131072 " + (0xffffL << windowScale));
            for (IpFamily family : IpFamily.values()) {
                client.ip("route replace default via " + family.front(1) + (mss == 0 ? "" : " advmss " + mss));
            }
        }
    }

    private static String[] lines(String health, String... more) {
        List<String> lines = new ArrayList<>(List.of(more));
        if (health.equals("tcp")) {
            Collections.addAll(lines, CHECKED);
        }
        return lines.toArray(String[]::new);
    }

    private static KeptAlive keptAlive() {
        return new KeptAlive(stage.bed().client(), stage::story);
    }

    private static void cutOff() {
        stage.bed().cutOff(stage.bed().serverA());
    }

    /**
     * Drops segments between the client and the node.
     *
     * @param toClient which of the virtual address's, as nft says it
     * @param toNode which of the client's
     */
    private static void drop(String toClient, String toNode) {
        stage.bed().frontLan().runWith("""
                        table bridge test {
                            chain both {
                                type filter hook forward priority 0;
                                tcp sport 80 %s drop
                                tcp dport 80 %s drop
                            }
                        }
                        """.formatted(toClient, toNode), "nft", "-f", "-");
    }

    private static void dropNothing() {
        stage.bed().frontLan().runWith("add table bridge test\ndelete table bridge test\n", "nft", "-f", "-");
    }

    private static void assertAllOf(String server, List<String> answers) {
        assertTrue(answers.stream().allMatch(server::equals), () -> answers + "\n" + stage.story());
    }

    private static long ofA(List<String> answers) {
        return answers.stream().filter("a"::equals).count();
    }

    /** Everything goes on at the server that is left, in both directions. */
    private static void assertGoOnAtB(KeptAlive connections) {
        assertAllOf("b", connections.ask());
        String whole = PatternBytes.sha256(SHORT);
        assertAllOf(whole, connections.all(connection -> connection.download(SHORT)));
        assertAllOf(whole, connections.all(connection -> connection.upload(SHORT)));
        assertAllOf("b", connections.ask());
    }

    @ParameterizedTest
    @CsvSource({"af_packet, rr, none", "af_xdp, wlc, tcp", "af_packet, mh, none"})
    void shouldGoOnAtTheOtherServerWhateverTheClientNegotiated(String driver, String scheduler, String health)
            throws IOException {
        stage.start(
                driver,
                1,
                scheduler,
                lines(health, scheduler.equals("mh") ? "scheduler-flags = mh-port" : "reconstruct = full"));
        try (KeptAlive unscaled = keptAlive();
                KeptAlive scaled = keptAlive()) {
            for (Stack stack : Stack.all()) {
                stack.set();
                (stack.windowScale() == 0 ? unscaled : scaled).open(2);
            }
            assertNegotiated(unscaled.size() + scaled.size());
            long ofA = ofA(unscaled.ask()) + ofA(scaled.ask());
            assertTrue(ofA > 0);
            stage.kill();
            cutOff();
            stage.restart();
            assertGoOnAtB(scaled);
            // to a client that does not scale, the server's window seems a thousandth of what it is: no upload
            assertAllOf("b", unscaled.ask());
            assertAllOf(PatternBytes.sha256(SHORT), unscaled.all(connection -> connection.download(SHORT)));
            assertEquals(ofA, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
            assertEquals(0, stage.count(Counter.RECONSTRUCTED_REFUSE), stage::story);
        }
    }

    /** The client's sockets are as different as they should be. */
    private static void assertNegotiated(int size) {
        List<String> sockets = stage.bed()
                .client()
                .run("ss", "-tinoHO", "state", "established", "dport", "=", ":80")
                .lines()
                .toList();
        assertEquals(size, sockets.size());
        assertEquals(size / 2, count(sockets, ".* ts .*"), sockets::toString);
        assertEquals(size / 2, count(sockets, ".* advmss:5(24|36) .*"), sockets::toString);
        assertEquals(size / 3, count(sockets, ".* wscale:\\d+,7 .*"), sockets::toString);
        assertEquals(size / 3, count(sockets, ".* wscale:\\d+,14 .*"), sockets::toString);
    }

    private static long count(List<String> lines, String regex) {
        return lines.stream().filter(line -> line.matches(regex)).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_packet", "af_xdp"})
    void shouldGoOnWhenThePathLosesSegments(String driver) throws IOException {
        stage.start(driver, 1, "rr");
        try (KeptAlive connections = keptAlive()) {
            for (boolean timestamps : new boolean[] {true, false}) {
                new Stack(timestamps, 7, 0).set();
                connections.open(4);
            }
            long ofA = ofA(connections.ask());
            drop("numgen random mod 100 < 4", "numgen random mod 100 < 4");
            stage.kill();
            cutOff();
            stage.restart();
            assertGoOnAtB(connections);
            assertEquals(ofA, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
            assertEquals(0, stage.count(Counter.RECONSTRUCTED_REFUSE), stage::story);
        }
    }

    @Test
    void shouldRefuseAndNotLoseWhatIsOlderThanTheReplay() throws IOException {
        stage.start("af_packet", 1, "rr", "reconstruct = replay");
        stage.bed().client().call(() -> {
            for (IpFamily family : IpFamily.values()) {
                try (Socket socket = new Socket()) {
                    socket.setSoTimeout(WebConnection.PATIENCE_MS);
                    socket.setTcpNoDelay(true);
                    socket.connect(family.vip(VirtualService.WEB), WebConnection.PATIENCE_MS);
                    stage.restart();
                    // the first segment with data is lost, and so is every word about what came after it
                    drop("tcp flags & rst == 0", "tcp flags & psh == psh numgen inc mod 1000000 < 1");
                    byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                    socket.getOutputStream().write(request);
                    socket.getOutputStream().write(request);
                    assertThrows(
                            SocketException.class, () -> socket.getInputStream().read(), stage::story);
                    dropNothing();
                }
                assertEquals(1, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
                assertTrue(stage.count(Counter.DROP_BEFORE_REPLAY) > 0, stage::story);
            }
            return null;
        });
    }

    /** The server returns with sockets of connections that went on elsewhere, and a node meets it that knows nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"rr", "mh"})
    void shouldNotHangAtOldSocketsOfAServerThatReturns(String scheduler) throws Exception {
        stage.start(
                "af_packet",
                1,
                scheduler,
                lines("none", scheduler.equals("mh") ? "scheduler-flags = mh-port" : "reconstruct = full"));
        try (KeptAlive connections = keptAlive().open(10)) {
            long ofA = ofA(connections.ask());
            assertTrue(ofA > 0);
            // A answers, nobody hears it, and A says it again and again
            long answered = stage.count(Counter.FORWARDED_TO_CLIENT);
            drop("tcp flags & rst == 0", "tcp flags & syn == syn");
            List<FutureTask<String>> asked = new ArrayList<>();
            for (int n = 0; n < connections.size(); n++) {
                WebConnection connection = connections.get(n);
                connection.patience(LONG_MS);
                asked.add(connections.begin(() -> connection.get("/")));
            }
            while (stage.count(Counter.FORWARDED_TO_CLIENT) < answered + 2 * connections.size()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            stage.kill();
            cutOff();
            dropNothing();
            stage.restart();
            asked.forEach(Namespace::join);
            assertAllOf("b", connections.ask());
            assertEquals(ofA, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
            stage.kill();
            stage.bed().restore(stage.bed().serverA());
            stage.restart();
            assertEquals(connections.size(), connections.ask().size());
            assertEquals(connections.size(), connections.ask().size());
            assertEquals(0, stage.count(Counter.RECONSTRUCTED_REFUSE), stage::story);
        }
    }

    /** Waits until the health checks, if there are any, have noticed. */
    private static void awaitNoticed(String health) throws InterruptedException {
        while (health.equals("tcp") && stage.serversUp("web") + stage.serversUp("web6") > 2) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @ParameterizedTest
    @CsvSource({"af_packet, none", "af_packet, tcp", "af_xdp, none"})
    void shouldMoveTheFlowsOfADeadServerUnderAHealthyNode(String driver, String health) throws Exception {
        stage.start(driver, 1, "rr", lines(health, "on-server-death = replay"));
        try (KeptAlive connections = keptAlive().open(10)) {
            long ofA = ofA(connections.ask());
            assertEquals(10, ofA);
            cutOff();
            awaitNoticed(health);
            assertGoOnAtB(connections);
            assertEquals(ofA, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
            assertEquals(0, stage.count(Counter.RECONSTRUCTED_REFUSE), stage::story);
            if (health.equals("none")) {
                assertEquals(ofA, stage.count(Counter.SERVER_DEATHS), stage::story);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "tcp"})
    void shouldTellTheClientsOfADeadServerUnderAHealthyNode(String health) throws Exception {
        stage.start("af_packet", 1, "rr", lines(health, "on-server-death = reset"));
        try (KeptAlive connections = keptAlive().open(4)) {
            List<String> before = connections.ask();
            cutOff();
            awaitNoticed(health);
            for (int n = 0; n < connections.size(); n++) {
                WebConnection connection = connections.get(n);
                FutureTask<String> asked = connections.begin(() -> connection.get("/"));
                if (before.get(n).equals("b")) {
                    assertEquals("b", Namespace.join(asked));
                } else {
                    var failure = assertThrows(IllegalStateException.class, () -> Namespace.join(asked));
                    assertEquals(SocketException.class, failure.getCause().getClass(), stage::story);
                }
            }
            assertEquals(0, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "tcp"})
    void shouldWaitForADeadServerWhenItsFlowsAreKept(String health) throws Exception {
        stage.start("af_packet", 1, "rr", lines(health, "on-server-death = keep"));
        try (KeptAlive connections = keptAlive().open(4)) {
            List<String> before = connections.ask();
            cutOff();
            awaitNoticed(health);
            long forwarded = stage.count(Counter.FORWARDED_TO_SERVER);
            List<FutureTask<String>> asked = new ArrayList<>();
            for (int n = 0; n < connections.size(); n++) {
                WebConnection connection = connections.get(n);
                asked.add(connections.begin(() -> connection.get("/")));
            }
            long segments = connections.size() + 4 * ofA(before); // the request, and again, and again
            while (stage.count(Counter.FORWARDED_TO_SERVER) - forwarded < segments) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            for (int n = 0; n < connections.size(); n++) {
                assertTrue(before.get(n).equals("b") || !asked.get(n).isDone());
            }
            stage.bed().restore(stage.bed().serverA());
            assertEquals(before, asked.stream().map(Namespace::join).toList(), stage::story);
            assertEquals(0, stage.count(Counter.SERVER_DEATHS), stage::story);
            assertEquals(0, stage.count(Counter.RECONSTRUCTED_REPLAY), stage::story);
        }
    }
}
