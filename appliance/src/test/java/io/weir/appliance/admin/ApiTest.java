package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API says of numbers that are known. */
class ApiTest {
    @TempDir
    private Path directory;

    private FileNode node;

    @BeforeEach
    void open() throws Exception {
        node = new FileNode(directory, "admin.token = correcthorse");
        for (int worker = 0; worker < FileNode.WORKERS; worker++) {
            long a = node.file.stats().line(worker, 0);
            ServerStats.addInt(a, ServerStats.ACTIVE, 1 + worker);
            ServerStats.addInt(a, ServerStats.INACTIVE, 6);
            ServerStats.add(a, ServerStats.CONNECTIONS, 50);
            ServerStats.add(a, ServerStats.PACKETS_IN, 600);
            ServerStats.add(a, ServerStats.PACKETS_OUT, 500);
            ServerStats.add(a, ServerStats.BYTES_IN, 49_999);
            ServerStats.add(a, ServerStats.BYTES_OUT, 61_000);
            long b = node.file.stats().line(worker, 1);
            ServerStats.add(b, ServerStats.PACKETS_IN, 17);
            ServerStats.addInt(b, ServerStats.ACTIVE, 1);
            node.file.counters(worker).add(Counter.DROP_NO_SERVER, 7 + worker);
            node.file.counters(worker).add(Counter.FLOWS_CREATED, 5);
            node.file.counters(worker).set(Counter.FLOWS, 3);
            node.file.cycleTimes(worker, 1_000, 2_000, 3_000, 4_000, 10);
        }
    }

    @AfterEach
    void close() {
        node.close();
    }

    private Reply get(String target, String... headers) throws Exception {
        Map<String, String> header = headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1]);
        return Api.routes(node)
                .answer(Request.of("GET", target, header, new byte[0]))
                .toCompletableFuture()
                .get();
    }

    private JsonNode json(String target) throws Exception {
        return Reply.JSON.readTree(get(target).body());
    }

    @Test
    void shouldTellServiceAsTheContractHasIt() throws Exception {
        JsonNode web = json("/v1/services/web");
        assertEquals(Reply.JSON.readTree("""
                        {"name":"web","address":"202.103.106.5:80","protocol":"tcp","forward":"nat","scheduler":"wrr",
                         "health":"none",
                         "servers":[
                          {"id":"a","address":"172.16.0.2:80","weight":1,"up":true,"active":3,"inactive":12,"connections":100,
                           "packetsIn":1200,"packetsOut":1000,"bytesIn":99998,"bytesOut":122000},
                          {"id":"b","address":"172.16.0.3:8000","weight":2,"up":true,"active":2,"inactive":0,"connections":0,
                           "packetsIn":34,"packetsOut":0,"bytesIn":0,"bytesOut":0}],
                         "connections":17,"packetsIn":1234,"packetsOut":1000,"bytesIn":99998,"bytesOut":122000}
                        """).toPrettyString(), web.toPrettyString());
        JsonNode all = json("/v1/services");
        assertEquals(List.of("web", "dns"), all.findValuesAsText("name"));
        assertEquals(web, all.get(0));
        assertEquals("[2001:db8:1::2]:53", all.get(1).at("/servers/0/address").asText());
        assertEquals("udp", all.get(1).get("protocol").asText());
    }

    @Test
    void shouldTellEveryCounterByName() throws Exception {
        JsonNode counters = json("/v1/counters");
        Set<String> names = new HashSet<>();
        counters.fieldNames().forEachRemaining(names::add);
        for (Counter counter : Counter.values()) {
            assertEquals(counter != Counter.GENERATION, names.contains(counter.label()), counter.label());
        }
        assertEquals(15, counters.get("drop.no-server").asLong());
        assertEquals(10, counters.get("flows.created").asLong());
        assertTrue(counters.get("drop.bad-checksum").isIntegralNumber());
    }

    @Test
    void shouldTellConfigurationWithoutSecrets() throws Exception {
        JsonNode config = json("/v1/config");
        assertEquals(
                "172.16.0.3:8000 weight=2", config.get("service.web.server.b").asText());
        assertEquals("127.0.0.1:9180", config.get("admin.listen").asText(), "a default");
        assertEquals("********", config.get("admin.token").asText());
    }

    @Test
    void shouldExposeMetricsByPrometheusRules() throws Exception {
        Reply reply = get("/metrics");
        assertEquals("text/plain; version=0.0.4; charset=utf-8", reply.type());
        Exposition metrics = Exposition.parse(new String(reply.body(), UTF_8));
        assertEquals(7, metrics.value("weir_drops_total", "worker", "0", "reason", "no-server"));
        assertEquals(8, metrics.value("weir_drops_total", "worker", "1", "reason", "no-server"));
        assertEquals(5, metrics.value("weir_created_flows_total", "worker", "1"));
        assertEquals(3, metrics.value("weir_flows", "worker", "0"));
        assertEquals("gauge", metrics.type("weir_flows"));
        assertEquals("counter", metrics.type("weir_drops_total"));
        assertEquals(0.000002, metrics.value("weir_cycle_seconds", "worker", "0", "quantile", "0.99"), 1e-12);
        assertEquals(
                99_998,
                metrics.value(
                        "weir_server_received_bytes_total",
                        "service",
                        "web",
                        "server",
                        "a",
                        "address",
                        "172.16.0.2:80"));
        assertEquals(
                1, metrics.value("weir_server_up", "service", "dns", "server", "one", "address", "[2001:db8:1::2]:53"));
        assertEquals(
                1,
                metrics.value(
                        "weir_info",
                        "node",
                        "lb1",
                        "version",
                        metrics.label("weir_info", "version"),
                        "driver",
                        "af_packet"));
        for (Counter counter : Counter.values()) {
            String name = counter.label().startsWith("drop.")
                    ? "weir_drops_total"
                    : Metrics.name(counter) + (counter.isGauge() ? "" : "_total");
            assertTrue(metrics.has(name), name);
        }
        metrics.assertHelp();
    }

    @Test
    void shouldSpeakOpenMetricsWhenAsked() throws Exception {
        Reply reply = get("/metrics", "accept", "application/openmetrics-text; version=1.0.0");
        assertTrue(reply.type().startsWith("application/openmetrics-text"), reply.type());
        String text = new String(reply.body(), UTF_8);
        assertTrue(text.endsWith("# EOF\n"), text);
        assertTrue(text.contains("\nweir_drops_total{reason=\"no-server\",worker=\"0\"} 7"), text);
    }
}
