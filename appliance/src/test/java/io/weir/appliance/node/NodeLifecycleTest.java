package io.weir.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.WebConnection;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A running node: its signals, what it tells others, its end, and its next start. */
class NodeLifecycleTest {
    private static final String A = "172.16.0.2:80";
    private static final String B = "172.16.0.3:8000";
    private static final String GREETER = "172.16.0.3:21";

    @TempDir
    private static Path directory;

    private static NodeBed nodes;

    @BeforeAll
    static void build() {
        Requires.root();
        Requires.tool("ip");
        Requires.tool("bpftool");
        nodes = new NodeBed(directory);
    }

    @AfterAll
    static void takeDown() {
        if (nodes != null) {
            nodes.close();
        }
    }

    private static WeirProcess run(String file) {
        return WeirProcess.start(nodes.bed().node(), "run", file).awaitReady();
    }

    @Test
    void shouldDrainOldServersAndServeNewServicesWhenReloaded() throws IOException {
        String file =
                nodes.properties("reload", NodeBed.service("web", 80, A, B), NodeBed.service("greeter", 21, GREETER));
        CountDownLatch reloaded = new CountDownLatch(1);
        try (WeirProcess weir = run(file)) {
            FutureTask<List<String>> answers = nodes.bed().client().fork(() -> talkOnTwoConnections(reloaded));
            try (Socket greeted = nodes.bed().client().call(NodeLifecycleTest::greet)) {
                nodes.awaitStat(file, stat -> activeOf(stat, "web", A) == 1 && activeOf(stat, "web", B) == 1);

                nodes.properties("reload", NodeBed.service("web", 80, A), NodeBed.service("late", 8080, B));
                weir.signal("HUP");
                weir.awaitError("reloaded");

                for (int i = 0; i < 4; i++) {
                    assertEquals("a", nodes.fetch(80), "a removed server takes no new flows");
                    assertEquals("b", nodes.fetch(8080), "a new service is served");
                }
                Namespace client = nodes.bed().client();
                Throwable refused =
                        assertThrows(IllegalStateException.class, () -> client.call(NodeLifecycleTest::greet));
                assertInstanceOf(ConnectException.class, refused.getCause());
                assertThrows(IOException.class, () -> quit(greeted), "a flow of a service that is gone");
            }
            assertFalse(row(nodes.stat(file), "web", B).get("up").asBoolean());
            reloaded.countDown();
            assertEquals(Map.of("a", 2, "b", 2), count(Namespace.join(answers)), "established flows go on");

            JsonNode stat =
                    nodes.awaitStat(file, s -> flows(s) == 0 && s.get("servers").size() == 2);
            assertNotNull(row(stat, "web", A));
            assertNotNull(row(stat, "late", B));
            assertEquals("a", nodes.fetch(80));
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("reload");
    }

    @Test
    void shouldSayThatItCannotReloadWhereItWasStartedWithSighupIgnored() {
        String file = nodes.properties("deaf", NodeBed.service("web", 80, A));
        try (WeirProcess weir =
                WeirProcess.start(nodes.bed().node(), List.of("env", "--ignore-signal=HUP"), "run", file)) {
            weir.awaitReady();
            weir.awaitError("SIGHUP is ignored");
            weir.signal("HUP");
            assertEquals("a", nodes.fetch(80));
            assertEquals(0, weir.terminate(), weir::log);
        }
    }

    @Test
    void shouldGoOnAndSayEveryProblemWhenReloadedWithBrokenFile() throws IOException {
        String file = nodes.properties("broken", NodeBed.service("web", 80, A));
        try (WeirProcess weir = run(file)) {
            nodes.properties("broken", NodeBed.service("web", 80, "172.16.0.2:99999"), "io.brust = 64");
            weir.signal("HUP");
            weir.awaitError("nothing was reloaded");
            assertTrue(weir.log().contains("service.web.server.s0 = 172.16.0.2:99999: "), weir::log);
            assertTrue(weir.log().contains("io.brust = 64: there is no such key; the nearest is io.burst"), weir::log);
            assertEquals("a", nodes.fetch(80));

            Files.delete(Path.of(file));
            weir.signal("HUP");
            weir.awaitError("there is no such file");
            weir.awaitError("nothing was reloaded");
            assertEquals("a", nodes.fetch(80));

            nodes.properties(
                    "broken", NodeBed.service("web", 80, B), "connections.capacity = 32k", "vip.reject = drop");
            weir.signal("HUP");
            assertTrue(weir.awaitError("at the next start").endsWith("connections.capacity, vip.reject"), weir::log);
            weir.awaitError("reloaded");
            assertEquals("b", nodes.fetch(80));
            assertTrue(weir.isAlive());
            assertEquals(0, weir.terminate(), weir::log);
        }
    }

    @Test
    void shouldLeaveNothingInKernelAndStartAgainWhenKilled() {
        String file = nodes.properties("killed", NodeBed.service("web", 80, A));
        for (String driver : List.of("af_xdp", "af_packet")) {
            nodes.properties("killed", NodeBed.service("web", 80, A), "io.driver = " + driver);
            try (WeirProcess weir = run(file)) {
                assertEquals("a", nodes.fetch(80));
                weir.kill();
            }
            nodes.assertNothingInKernel();
            WeirProcess stat = WeirProcess.run(nodes.bed().node(), "stat", file);
            assertEquals(3, stat.exitCode(), stat::log);
            assertEquals(1, stat.errors().size(), stat::log);
            assertTrue(stat.errors().getFirst().startsWith("weir: node killed is not running: process "), stat::log);
        }
        try (WeirProcess weir = run(file)) {
            assertEquals("a", nodes.fetch(80));
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertNothingInKernel();
        assertFalse(Files.exists(nodes.counters("killed")));
    }

    @Test
    void shouldTellOthersWhatWasForwardedWhenAsked() {
        // off: what connections of before still send is nobody's here
        String file = nodes.properties("counted", NodeBed.service("web", 80, A, B), "service.web.reconstruct = off");
        try (WeirProcess weir = run(file)) {
            for (int i = 0; i < 10; i++) {
                nodes.fetch(80);
            }
            JsonNode stat = nodes.awaitStat(file, s -> flows(s) == 0);
            assertEquals("counted", stat.get("node").asText());
            assertEquals(weir.pid(), stat.get("pid").asLong());
            assertTrue(stat.get("startedMs").asLong() <= System.currentTimeMillis());
            assertEquals(10, stat.at("/counters/flows.created").asInt());
            assertEquals(10, stat.at("/counters/flows.expired").asInt());
            assertNumbersAgree(stat);

            WeirProcess table = WeirProcess.run(nodes.bed().node(), "stat", file);
            assertEquals(0, table.exitCode(), table::log);
            String created = table.out()
                    .lines()
                    .filter(l -> l.startsWith("flows.created "))
                    .findFirst()
                    .orElseThrow();
            assertTrue(created.matches("flows\\.created +10  flow records created"), created);
            assertTrue(table.out().lines().anyMatch(l -> l.startsWith("web 202.103.106.5:80 ") && l.contains(A)));

            WeirProcess errors = WeirProcess.run(nodes.bed().node(), "errors", file);
            assertEquals(0, errors.exitCode(), errors::log);
            assertEquals("0 distinct errors", errors.out());
            assertEquals(0, weir.terminate(), weir::log);
        }
    }

    private static void assertNumbersAgree(JsonNode stat) {
        long in = 0;
        long out = 0;
        for (JsonNode server : stat.get("servers")) {
            assertEquals(5, server.get("connections").asInt());
            assertEquals(
                    0, server.get("active").asInt() + server.get("inactive").asInt());
            assertEquals("tcp", server.get("protocol").asText());
            assertEquals("nat", server.get("forward").asText());
            assertEquals("rr", server.get("scheduler").asText());
            assertEquals(1, server.get("weight").asInt());
            assertTrue(server.get("bytesIn").asLong()
                    > 40 * server.get("packetsIn").asLong());
            assertTrue(server.get("bytesOut").asLong()
                    > 40 * server.get("packetsOut").asLong());
            in += server.get("packetsIn").asLong();
            out += server.get("packetsOut").asLong();
        }
        assertTrue(in >= 10 * 4, "SYN, ACK, request, FIN");
        assertEquals(in, stat.at("/counters/forward.to-server").asLong());
        assertEquals(out, stat.at("/counters/forward.to-client").asLong());
        long received = 0;
        for (JsonNode worker : stat.get("workers")) {
            received += worker.get("rx.frames").asLong();
            assertTrue(worker.get("generation").asLong() >= 1);
            assertTrue(worker.at("/cycleNs/p50").isIntegralNumber()
                    && worker.at("/cycleNs/count").isIntegralNumber());
        }
        assertEquals(received, stat.at("/counters/rx.frames").asLong());
        assertTrue(received >= in + out);
    }

    @Test
    void shouldRefuseSecondNodeWhenCountersFileIsInUse() {
        String file = nodes.properties("first", NodeBed.service("web", 80, A));
        try (WeirProcess weir = run(file)) {
            WeirProcess second = WeirProcess.run(nodes.bed().node(), "run", file);
            assertEquals(3, second.exitCode(), second::log);
            assertEquals(1, second.errors().size(), second::log);
            assertTrue(second.errors().getFirst().contains("another node is running with counters.file"), second::log);
            assertEquals("a", nodes.fetch(80), "the first goes on");
            assertEquals(weir.pid(), nodes.stat(file).get("pid").asLong());
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_xdp", "af_packet"})
    void shouldServeAgainWhenDevicesWereDown(String driver) {
        String file = nodes.properties("flap", NodeBed.service("web", 80, A), "io.driver = " + driver);
        try (WeirProcess weir = run(file)) {
            assertEquals("a", nodes.fetch(80));
            for (String device : List.of(Bed.BACK, Bed.FRONT)) {
                nodes.bed().node().ip("link set %s down".formatted(device), "link set %s up".formatted(device));
                assertEquals("a", nodes.fetch(80), device);
            }
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("flap");
    }

    @Test
    void shouldRecordErrorAndLiveOnWhenDeviceDisappears(@TempDir Path other) {
        try (NodeBed alone = new NodeBed(other)) {
            String file = alone.properties("bereft", NodeBed.service("web", 80, A));
            try (WeirProcess weir = WeirProcess.start(alone.bed().node(), "run", file)) {
                weir.awaitReady();
                assertEquals("a", alone.fetch(80));
                alone.bed().node().ip("link delete " + Bed.FRONT);
                weir.awaitError("device front is gone");
                WeirProcess errors = WeirProcess.run(alone.bed().node(), "errors", file);
                assertEquals(0, errors.exitCode(), errors::log);
                assertTrue(errors.out().contains("device front is gone"), errors::log);
                assertTrue(errors.out().endsWith("1 distinct errors"), errors::log);
                assertTrue(weir.isAlive());
                assertEquals(0, weir.terminate(), weir::log);
            }
            assertEquals(2, alone.links().size(), "lo and back");
        }
    }

    private static List<String> talkOnTwoConnections(CountDownLatch goOn) throws Exception {
        try (WebConnection first = new WebConnection(IpFamily.IPV4.vip(80));
                WebConnection second = new WebConnection(IpFamily.IPV4.vip(80))) {
            String one = first.get("/");
            String two = second.get("/");
            assertNotEquals(one, two);
            goOn.await();
            return List.of(one, two, first.get("/"), second.get("/"));
        }
    }

    private static Map<String, Integer> count(List<String> answers) {
        Map<String, Integer> counts = new TreeMap<>();
        answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
        return counts;
    }

    private static Socket greet() throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(WebConnection.PATIENCE_MS);
            socket.connect(IpFamily.IPV4.vip(21), WebConnection.PATIENCE_MS);
            String greeting = "220 b ready\r\n";
            assertEquals(greeting, new String(socket.getInputStream().readNBytes(greeting.length()), US_ASCII));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Ends a conversation in order, or throws what stops it. */
    private static void quit(Socket socket) throws IOException {
        socket.getOutputStream().write("QUIT\r\n".getBytes(US_ASCII));
        socket.getInputStream().readAllBytes();
    }

    private static long flows(JsonNode stat) {
        return stat.at("/counters/flows").asLong();
    }

    private static int activeOf(JsonNode stat, String service, String address) {
        return row(stat, service, address).get("active").asInt();
    }

    private static JsonNode row(JsonNode stat, String service, String address) {
        return StreamSupport.stream(stat.get("servers").spliterator(), false)
                .filter(row -> row.get("service").asText().equals(service)
                        && row.get("address").asText().equals(address))
                .findFirst()
                .orElse(null);
    }
}
