package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.appliance.Requires;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.WebConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin API of a node that forwards: it lives in the node's namespace, and its numbers are the traffic's. */
class AdminOnNodeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final String A = "172.16.0.2:80";
    private static final String B = "172.16.0.3:8000";

    @TempDir
    private static Path directory;

    private static NodeBed nodes;

    @BeforeAll
    static void build() {
        Requires.root();
        Requires.tool("ip");
        Requires.tool("bpftool");
        Requires.tool("curl");
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

    /** Asks from within the node's namespace. */
    private static HttpResponse<String> send(String method, String path) {
        return send(method, path, "");
    }

    private static HttpResponse<String> send(String method, String path, String body) {
        return nodes.bed().node().call(() -> {
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:9180" + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build();
                return client.send(request, BodyHandlers.ofString());
            }
        });
    }

    private static JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send("GET", path);
        assertEquals(200, response.statusCode(), response::body);
        return JSON.readTree(response.body());
    }

    @Test
    void shouldTellOfTrafficAndReloads() throws Exception {
        String file = nodes.properties("told", NodeBed.service("web", 80, A, B));
        try (WeirProcess weir = run(file)) {
            assertEquals("ok", get("/healthz").get("status").asText());
            for (int i = 0; i < 10; i++) {
                nodes.fetch(80);
            }
            nodes.awaitStat(file, stat -> stat.at("/counters/flows").asLong() == 0);
            JsonNode web = get("/v1/services/web");
            assertEquals("rr", web.get("scheduler").asText());
            assertEquals(5, web.at("/servers/0/connections").asInt());
            assertEquals(5, web.at("/servers/1/connections").asInt());
            assertEquals(0, web.get("connections").asInt(), "all have ended");
            assertTrue(web.get("packetsIn").asLong() >= 40);
            assertEquals(10, get("/v1/counters").get("flows.created").asInt());
            WeirProcess ha = WeirProcess.run(nodes.bed().node(), "ha", "status", file);
            assertEquals(0, ha.exitCode(), ha::log);
            assertTrue(ha.out().matches("(?s)mode +none\nstate +master\n.*reconstructed.refuse +\\d+"), ha::log);
            WeirProcess release = WeirProcess.run(nodes.bed().node(), "ha", "release", file);
            assertEquals(1, release.exitCode(), release::log);
            assertEquals(List.of("weir: ha.mode = none: there is nobody to take over"), release.errors());
            String metrics = send("GET", "/metrics").body();
            assertTrue(metrics.contains("\nweir_created_flows_total{worker=\"0\"} 10.0\n"), metrics);
            assertTrue(metrics.contains("driver=\"af_xdp\""), metrics);
            assertEquals("backoff", get("/v1/config").get("workers.idle").asText());

            nodes.properties(
                    "told",
                    NodeBed.service("web", 80, A),
                    NodeBed.service("late", 8080, B),
                    "connections.capacity = 32k");
            weir.signal("HUP");
            weir.awaitError("reloaded /");
            assertEquals(1, get("/v1/services/web").get("servers").size());
            assertEquals(B, get("/v1/services/late").at("/servers/0/address").asText());
            JsonNode config = get("/v1/config");
            assertEquals(B, config.get("service.late.server.s0").asText());
            assertFalse(config.has("service.web.server.s1"));
            assertEquals("16k", config.get("connections.capacity").asText(), "needs a restart");
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("told");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldTellConnectionsAndDrain(int workers) throws Exception {
        String file = nodes.properties(
                "drained",
                NodeBed.service("web", 80, A, B),
                "service.web.scheduler = rr",
                "service.web.reconstruct = off",
                "io.driver = af_packet",
                "workers.cores = " + (workers == 1 ? "0" : "0,1"));
        try (WeirProcess weir = run(file);
                WebConnection one = connect();
                WebConnection two = connect()) {
            List<String> servers = List.of(one.get("/"), two.get("/"));
            assertEquals(Set.of("a", "b"), Set.copyOf(servers));
            JsonNode connections = get("/v1/connections");
            assertEquals(2, connections.size(), connections::toString);
            for (JsonNode connection : connections) {
                assertTrue(connection.get("client").asText().startsWith("202.100.1.2:"), connection::toString);
                assertEquals("202.103.106.5:80", connection.get("virtual").asText());
                assertEquals("established", connection.get("state").asText());
                int expires = connection.get("expires").asInt();
                assertTrue(expires > 800 && expires <= 900, connection::toString);
                assertEquals(
                        connection.get("serverId").asText().equals("s0") ? A : B,
                        connection.get("server").asText());
            }
            String client = connections.get(0).get("client").asText();
            JsonNode found = get("/v1/connections?client=" + client);
            assertEquals(1, found.size());
            assertEquals(connections.get(0).get("server"), found.get(0).get("server"));
            assertEquals(1, get("/v1/connections?limit=1").size());
            assertEquals(
                    2, get("/v1/connections?client=202.100.1.0/24&service=web").size());
            assertEquals(0, get("/v1/connections?client=202.100.2.0/24").size());

            String drain = "/v1/services/web/servers/s0/drain";
            JsonNode drained = JSON.readTree(send("POST", drain).body());
            assertEquals(0, drained.get("weight").asInt());
            assertTrue(drained.get("draining").asBoolean() && drained.get("up").asBoolean());
            for (int i = 0; i < 6; i++) {
                assertEquals("b", nodes.fetch(80), "new connections avoid it");
            }
            assertEquals(servers, List.of(one.get("/"), two.get("/")), "old ones go on");
            nodes.awaitStat(file, stat -> stat.at("/servers/0/weight").asInt() == 0);
            weir.signal("HUP");
            weir.awaitError("reloaded /");
            assertEquals(0, get("/v1/services/web").at("/servers/0/weight").asInt(), "a reload does not take it back");
            assertEquals(
                    1, JSON.readTree(send("DELETE", drain).body()).get("weight").asInt());
            assertEquals(Set.of("a", "b"), Set.of(nodes.fetch(80), nodes.fetch(80)));
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("drained");
    }

    @Test
    void shouldServeWhatIsPutUntilTheFileIsReadAgain() throws Exception {
        String file = nodes.properties("edited", NodeBed.service("web", 80, A));
        try (WeirProcess weir = run(file);
                WebConnection old = connect()) {
            assertEquals("a", old.get("/"));
            HttpResponse<String> made = send(
                    "PUT",
                    "/v1/services/late",
                    "{\"address\": \"202.103.106.5:8080\", \"servers\": [{\"id\": \"b\", \"address\": \"%s\"}]}"
                            .formatted(B));
            assertEquals(201, made.statusCode(), made::body);
            assertFalse(JSON.readTree(made.body()).get("persistent").asBoolean(true));
            assertEquals("b", nodes.fetch(8080));
            assertEquals(
                    201,
                    send("PUT", "/v1/services/web/servers/b", "{\"address\": \"" + B + "\"}")
                            .statusCode());
            assertEquals(Set.of("a", "b"), Set.of(nodes.fetch(80), nodes.fetch(80)));
            assertEquals(200, send("DELETE", "/v1/services/web/servers/s0", "").statusCode());
            assertEquals(List.of("b", "b"), List.of(nodes.fetch(80), nodes.fetch(80)));
            assertEquals("a", old.get("/"), "its flows go on");
            JsonNode web = get("/v1/services/web");
            assertEquals("s0", web.at("/leaving/0/id").asText(), web::toString);
            assertEquals(1, web.at("/leaving/0/active").asInt());

            HttpResponse<String> wrong = send("PUT", "/v1/services/web", "{\"address\": \"202.103.106.5:8080\"}");
            assertEquals(400, wrong.statusCode());
            assertTrue(wrong.body().contains("service late has the same address"), wrong::body);
            assertEquals("b", nodes.fetch(80), "nothing was changed");
            weir.awaitError("service late: put by the admin API, in memory only");

            assertEquals(200, send("DELETE", "/v1/services/late", "").statusCode());
            Namespace client = nodes.bed().client();
            assertThrows(
                    IllegalStateException.class,
                    () -> client.call(() -> WebConnection.fetch(IpFamily.IPV4.vip(8080), "/")));
            weir.signal("HUP");
            weir.awaitError("reloaded /");
            assertEquals("a", nodes.fetch(80), "as the file has it");
            assertEquals(1, get("/v1/services").size());
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("edited");
    }

    private static WebConnection connect() {
        return nodes.bed().client().call(() -> new WebConnection(IpFamily.IPV4.vip(80)));
    }

    @Test
    void shouldShowNodeOnItsPage() throws Exception {
        assumeTrue(Files.isExecutable(BROWSER), "there is no " + BROWSER);
        String file = nodes.properties("shown", NodeBed.service("web", 80, A, B), "service.web.health = tcp");
        try (WeirProcess weir = run(file)) {
            nodes.fetch(80);
            String page = nodes.bed()
                    .node()
                    .run(
                            BROWSER.toString(),
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--disable-background-networking",
                            "--user-data-dir=" + directory.resolve("browser"),
                            "--virtual-time-budget=4000",
                            "--dump-dom",
                            "http://127.0.0.1:9180/");
            assertTrue(page.contains("Weir <span id=\"node\">shown</span>"), page);
            assertTrue(page.contains("on its own"), page);
            assertTrue(page.contains("<td>172.16.0.3:8000</td><td class=\"good\">up</td>"), page);
            assertTrue(page.contains("<polyline points="), page);
            assertTrue(page.contains("<span id=\"trouble\" role=\"status\"></span>"), page);
            assertEquals(0, weir.terminate(), weir::log);
        }
    }

    @Test
    void shouldListenOnUnixSocketAndRemoveIt() throws Exception {
        Path socket = directory.resolve("weir.sock");
        String file = nodes.properties("local", NodeBed.service("web", 80, A), "admin.listen = unix:" + socket);
        for (int i = 0; i < 2; i++) { // the second time over what SIGKILL left
            try (WeirProcess weir = run(file)) {
                String answer = nodes.bed()
                        .client()
                        .run("curl", "-sS", "--unix-socket", socket.toString(), "http://node/v1/services");
                assertEquals("web", JSON.readTree(answer).at("/0/name").asText(), answer);
                if (i == 0) {
                    weir.kill();
                    assertTrue(Files.exists(socket));
                } else {
                    assertEquals(0, weir.terminate(), weir::log);
                    assertFalse(Files.exists(socket));
                }
            }
        }
        nodes.assertNothingInKernel();
    }

    @Test
    void shouldRefuseToStartBeforeAnythingIsTouchedWhenAddressIsTaken() {
        String first = nodes.properties("holder", NodeBed.service("web", 80, A), "io.driver = af_packet");
        try (WeirProcess weir = run(first)) {
            String file = nodes.properties("second", NodeBed.service("web", 80, A), "io.exception.device = weir-y");
            WeirProcess second = WeirProcess.run(nodes.bed().node(), "run", file);
            assertEquals(3, second.exitCode(), second::log);
            assertEquals(1, second.errors().size(), second::log);
            assertTrue(
                    second.errors().getFirst().startsWith("weir: admin.listen = 127.0.0.1:9180: cannot listen there: "),
                    second::log);
            assertEquals("a", nodes.fetch(80), "the first goes on");
            assertEquals(0, weir.terminate(), weir::log);
        }
        nodes.assertClean("second");
    }
}
