package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.appliance.Requires;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin API of a node that forwards: it lives in the node's namespace, and its numbers are the traffic's. */
class AdminOnNodeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
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
        return nodes.bed().node().call(() -> {
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:9180" + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
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
