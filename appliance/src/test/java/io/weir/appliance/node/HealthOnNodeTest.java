package io.weir.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.weir.appliance.Requires;
import io.weir.appliance.bed.EventLoops;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.Peers;
import io.weir.appliance.bed.WebConnection;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Health checks of a node that forwards: its kernel's connections to the servers get their answers beside the engine's, and
 * new connections go to servers that are up.
 */
@Timeout(240)
class HealthOnNodeTest {
    private static final String A = "172.16.0.2:80";
    private static final int MOODY_PORT = 8001;
    private static final String MOODY = "172.16.0.3:" + MOODY_PORT;
    private static final String FAST = """
            service.%1$s.health = %2$s
            service.%1$s.health.interval = 1s
            service.%1$s.health.timeout = 1s
            service.%1$s.health.fall = 2
            service.%1$s.on-server-death = keep
            """;

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

    /** A web server whose status can be changed; it says "m". */
    private static final class Moody implements AutoCloseable {
        private final HttpServer server;
        private volatile int status = 200;

        Moody() {
            server = nodes.bed().serverB().call(() -> HttpServer.create(new InetSocketAddress(MOODY_PORT), 100));
            server.createContext("/", exchange -> {
                byte[] body = "m".getBytes(US_ASCII);
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(
                        exchange.getRequestURI().getPath().equals("/alive") ? status : 200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.setExecutor(task -> Thread.ofVirtual().start(task));
            server.start();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static Set<String> whoAnswers(int port) {
        Set<String> answers = new TreeSet<>();
        for (int i = 0; i < 6; i++) {
            answers.add(nodes.fetch(port));
        }
        return answers;
    }

    private static JsonNode server(JsonNode stat, String service, String id) {
        for (JsonNode row : stat.get("servers")) {
            if (row.get("service").asText().equals(service)
                    && row.get("id").asText().equals(id)) {
                return row;
            }
        }
        throw new AssertionError(service + "/" + id + " in " + stat);
    }

    /** Downloads again and again until told to stop; returns how often. */
    private static FutureTask<Integer> traffic(AtomicBoolean stop) {
        String expected = PatternBytes.sha256(300_000);
        return nodes.bed().client().fork(() -> {
            int rounds = 0;
            while (!stop.get()) {
                try (WebConnection connection = new WebConnection(IpFamily.IPV4.vip(8080))) {
                    assertEquals(expected, connection.download(300_000));
                    rounds++;
                }
            }
            return rounds;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_xdp", "af_packet"})
    void shouldFollowServersThroughGoodAndBadTimesWhileTrafficFlows(String driver) throws Exception {
        String file = nodes.properties(
                "followed-" + driver,
                NodeBed.service("web", 80, A, MOODY),
                FAST.formatted("web", "http GET /alive"),
                NodeBed.service("bulk", 8080, A),
                "service.bulk.health = tcp",
                "io.driver = " + driver);
        AtomicBoolean stop = new AtomicBoolean();
        try (Moody moody = new Moody();
                WeirProcess weir = run(file)) {
            FutureTask<Integer> traffic = traffic(stop);
            nodes.awaitStat(file, s -> server(s, "web", "s1").get("up").asBoolean());
            assertEquals(Set.of("m"), whoAnswers(80), "of a, /alive is a 404");
            JsonNode stat =
                    nodes.awaitStat(file, s -> !server(s, "web", "s0").get("up").asBoolean());
            assertTrue(
                    server(stat, "web", "s0").get("health").asText().startsWith("HTTP status 404, 200 is right ("),
                    stat::toString);
            assertTrue(
                    server(stat, "web", "s1").get("health").asText().startsWith("HTTP status 200 ("), stat::toString);
            assertTrue(server(stat, "bulk", "s0").get("health").asText().startsWith("ok ("), stat::toString);
            weir.awaitError("server s0 of web (172.16.0.2:80): down: HTTP status 404, 200 is right (1 in a row)");

            moody.status = 500;
            weir.awaitError("server s1 of web (172.16.0.3:8001): down: HTTP status 500, 200 is right (2 in a row)");
            nodes.awaitStat(file, s -> !server(s, "web", "s1").get("up").asBoolean());
            Namespace client = nodes.bed().client();
            Throwable refused = assertThrows(
                    IllegalStateException.class,
                    () -> client.call(() -> WebConnection.fetch(IpFamily.IPV4.vip(80), "/")));
            assertInstanceOf(ConnectException.class, refused.getCause(), "nobody is left");

            moody.status = 200;
            weir.awaitError("server s1 of web (172.16.0.3:8001): up: HTTP status 200");
            nodes.awaitStat(file, s -> server(s, "web", "s1").get("up").asBoolean());
            assertEquals(Set.of("m"), whoAnswers(80));
            stop.set(true);
            assertTrue(Namespace.join(traffic) > 0);
            assertEquals(0, weir.terminate(), weir::log);
        } finally {
            stop.set(true);
        }
        nodes.assertClean("followed-" + driver);
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_xdp", "af_packet"})
    void shouldLetEstablishedConnectionsGoOnWhenServerIsCalledDown(String driver) throws Exception {
        String file = nodes.properties(
                "kept-" + driver,
                NodeBed.service("web", 80, MOODY, "172.16.0.2:80"),
                FAST.formatted("web", "http GET /alive"),
                "io.driver = " + driver);
        try (Moody moody = new Moody();
                WeirProcess weir = run(file);
                WebConnection established = nodes.bed().client().call(() -> new WebConnection(IpFamily.IPV4.vip(80)))) {
            assertEquals("m", established.get("/"));
            moody.status = 503;
            weir.awaitError("down: HTTP status 503");
            nodes.awaitStat(file, s -> !server(s, "web", "s0").get("up").asBoolean());
            for (int i = 0; i < 5; i++) {
                assertEquals("m", established.get("/"));
            }
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("kept-" + driver);
    }

    @Test
    void shouldTellHowServersFail() throws Exception {
        String file = nodes.properties(
                "failing", NodeBed.service("web", 80, A, MOODY), FAST.formatted("web", "tcp"), "io.driver = af_xdp");
        try (WeirProcess weir = run(file)) {
            weir.awaitError("server s1 of web (172.16.0.3:8001): down: connection refused (1 in a row)");
            nodes.awaitStat(file, s -> server(s, "web", "s0").get("up").asBoolean());
            assertEquals(Set.of("a"), whoAnswers(80));
            try (Moody moody = new Moody()) {
                assertEquals(200, moody.status);
                weir.awaitError("server s1 of web (172.16.0.3:8001): up: ok");
                nodes.awaitStat(file, s -> server(s, "web", "s1").get("up").asBoolean());
                assertEquals(Set.of("a", "m"), whoAnswers(80));
                nodes.bed().backLan().ip("link set p03 down");
                String line = weir.awaitError("server s1 of web (172.16.0.3:8001): down: ");
                assertTrue(line.contains("no answer within 1000 ms") || line.contains("no route to host"), line);
                nodes.awaitStat(file, s -> !server(s, "web", "s1").get("up").asBoolean());
                assertEquals(Set.of("a"), whoAnswers(80));
                nodes.bed().backLan().ip("link set p03 up");
                weir.awaitError("server s1 of web (172.16.0.3:8001): up: ok");
            } finally {
                nodes.bed().backLan().ip("link set p03 up");
            }
            weir.awaitError("server s1 of web (172.16.0.3:8001): down: connection refused (2 in a row)");
            assertFalse(weir.log().contains("server s0 of web (172.16.0.2:80): down"), weir::log);
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("failing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_xdp", "af_packet"})
    void shouldCheckUdpServersAndThoseOfIpv6(String driver) throws Exception {
        IpFamily six = IpFamily.IPV6;
        String file = nodes.properties(
                "others-" + driver,
                NodeBed.service("echo", 7, "172.16.0.2:7", "172.16.0.3:7007"),
                "service.echo.protocol = udp",
                FAST.formatted("echo", "udp"),
                "service.six.address = " + six.endpoint(six.vip(), 80),
                "service.six.server.a = " + six.endpoint(six.back(2), 80),
                "service.six.health = http GET /",
                "io.driver = " + driver);
        try (EventLoops loops = new EventLoops();
                Peers.Server one = Peers.echo(loops, nodes.bed().serverA(), 7);
                WeirProcess weir = run(file)) {
            weir.awaitError("server s1 of echo (172.16.0.3:7007): down: port unreachable (1 in a row)");
            JsonNode stat = nodes.awaitStat(
                    file,
                    s -> server(s, "echo", "s0").get("health").asText().startsWith("answered (")
                            && server(s, "six", "a").get("up").asBoolean());
            assertTrue(server(stat, "echo", "s0").get("up").asBoolean());
            one.channel().close().sync();
            weir.awaitError("server s0 of echo (172.16.0.2:7): down: port unreachable (2 in a row)");
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("others-" + driver);
    }

    private static WeirProcess run(String file) {
        return WeirProcess.start(nodes.bed().node(), "run", file).awaitReady();
    }
}
