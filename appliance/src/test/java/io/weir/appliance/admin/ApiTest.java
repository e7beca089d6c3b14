package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.appliance.hypervisor.ClientStatus;
import io.weir.appliance.hypervisor.HypervisorStatus;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.flow.TcpState;
import io.weir.ha.HaControl;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        JsonNode web = ((ObjectNode) json("/v1/services/web")).without("settings");
        assertEquals(Reply.JSON.readTree("""
                        {"name":"web","address":"202.103.106.5:80","protocol":"tcp","forward":"nat","scheduler":"wrr",
                         "health":"none",
                         "servers":[
                          {"id":"a","address":"172.16.0.2:80","weight":1,"up":true,"draining":false,"active":3,"inactive":12,"connections":100,
                           "packetsIn":1200,"packetsOut":1000,"bytesIn":99998,"bytesOut":122000},
                          {"id":"b","address":"172.16.0.3:8000","weight":2,"up":true,"draining":false,"active":2,"inactive":0,"connections":0,
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

    private Reply send(String method, String target, String body) throws Exception {
        return Api.routes(node)
                .answer(Request.of(method, target, Map.of(), body.getBytes(UTF_8)))
                .toCompletableFuture()
                .get();
    }

    private void assertRefused(int status, String part, String method, String target, String body) {
        ApiException e = assertThrows(ApiException.class, () -> send(method, target, body));
        assertEquals(status, e.reply().status(), e::getMessage);
        assertTrue(e.getMessage().contains(part), e::getMessage);
    }

    @Test
    void shouldTellConnectionsAsTheyWereFound() throws Exception {
        node.connections = CompletableFuture.completedFuture(List.of(
                new Connection(
                        Endpoint.parse("202.100.1.2:3456"),
                        Endpoint.parse("202.103.106.5:80"),
                        Endpoint.parse("172.16.0.3:8000"),
                        "web",
                        "b",
                        "tcp",
                        TcpState.ESTABLISHED,
                        893_999,
                        List.of(),
                        0),
                new Connection(
                        Endpoint.parse("[2001:db8::9]:1"),
                        Endpoint.parse("[2001:db8::5]:443"),
                        Endpoint.parse("[2001:db8:1::2]:443"),
                        "six",
                        "one",
                        "tcp",
                        TcpState.FIN_WAIT,
                        12,
                        List.of("translated"),
                        10_007)));
        assertEquals(Reply.JSON.readTree("""
                        [{"client":"202.100.1.2:3456","virtual":"202.103.106.5:80","server":"172.16.0.3:8000","service":"web",
                          "serverId":"b","protocol":"tcp","state":"established","expires":893},
                         {"client":"[2001:db8::9]:1","virtual":"[2001:db8::5]:443","server":"[2001:db8:1::2]:443",
                          "service":"six","serverId":"one","protocol":"tcp","state":"fin-wait","expires":0,
                          "traits":["translated"],"localPort":10007}]
                        """), json("/v1/connections?limit=10000&client=10.0.0.0/8&service=web"));
        assertEquals(
                new ConnectionQuery(10_000, Optional.of(IpAddress.parse("10.0.0.0")), 104, -1, Optional.of("web")),
                node.queries.getLast());
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3, 128, -1",
        "10.1.2.3:99, 10.1.2.3, 128, 99",
        "10.1.2.0/24, 10.1.2.0, 120, -1",
        "10.1.2.0/0, 10.1.2.0, 96, -1",
        "2001:db8::1, 2001:db8::1, 128, -1",
        "[2001:db8::1]:7, 2001:db8::1, 128, 7",
        "2001:db8::/32, 2001:db8::, 32, -1",
        "::/0, ::, 0, -1",
    })
    void shouldUnderstandClients(String client, String address, int prefix, int port) throws Exception {
        ConnectionQuery query = ConnectionQuery.of(Map.of("client", client));
        assertEquals(
                new ConnectionQuery(100, Optional.of(IpAddress.parse(address)), prefix, port, Optional.empty()), query);
        long bits = Long.bitCount(query.maskHi()) + Long.bitCount(query.maskLo());
        assertEquals(prefix, bits);
        assertTrue(prefix == 0 || query.maskHi() < 0, "from the left");
        assertTrue(prefix <= 64 || query.maskHi() == -1);
    }

    @Test
    void shouldSayWhatIsWrongWithQuery() {
        for (String limit : List.of("0", "10001", "-1", "many", "99999999999")) {
            assertRefused(
                    400,
                    "limit = '" + limit + "': a number from 1 to 10000 is right",
                    "GET",
                    "/v1/connections?limit=" + limit,
                    "");
        }
        for (String client : List.of("10.1.2", "10.1.2.3:x", "10.0.0.0/33", "2001:db8::/129", "host", "[::1]", "")) {
            assertRefused(400, "client = '" + client + "': ", "GET", "/v1/connections?client=" + client, "");
        }
        assertRefused(
                400,
                "service 'nope': there is no such service; there are: web, dns",
                "GET",
                "/v1/connections?service=nope",
                "");
        assertRefused(400, "right are client, limit, service", "GET", "/v1/connections?sort=up", "");
    }

    @Test
    void shouldBoundListsThatAreBeingSent() throws Exception {
        Routes routes = Api.routes(node);
        node.connections = new CompletableFuture<>();
        Request request = Request.of("GET", "/v1/connections", Map.of(), new byte[0]);
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            replies.add(routes.answer(request).toCompletableFuture());
        }
        ApiException busy = assertThrows(ApiException.class, () -> routes.answer(request));
        assertEquals(503, busy.reply().status());
        assertEquals("1", busy.reply().headers().get("Retry-After"));
        node.connections.complete(List.of());
        assertThrows(ApiException.class, () -> routes.answer(request), "made, but not sent");
        replies.getFirst().get().sent().run();
        Reply fifth = routes.answer(request).toCompletableFuture().get();
        assertEquals(200, fifth.status());
        fifth.sent().run();
        node.connections = CompletableFuture.failedFuture(new Unavailable("the workers do not answer"));
        for (int i = 0; i < 10; i++) {
            CompletableFuture<Reply> failed = routes.answer(request).toCompletableFuture();
            assertTrue(failed.isCompletedExceptionally(), "and its place is free again");
        }
    }

    @Test
    void shouldDrainAndTakeItBack() throws Exception {
        String drain = "/v1/services/web/servers/b/drain";
        JsonNode drained = Reply.JSON.readTree(send("POST", drain, "").body());
        assertEquals("b", drained.get("id").asText());
        assertEquals(0, drained.get("weight").asInt());
        assertTrue(drained.get("draining").asBoolean());
        assertEquals(
                2,
                Reply.JSON
                        .readTree(send("POST", drain, "{\"drain\": false}").body())
                        .get("weight")
                        .asInt());
        assertEquals(
                0,
                Reply.JSON
                        .readTree(send("POST", drain, "{\"drain\": true}").body())
                        .get("weight")
                        .asInt());
        assertEquals(
                2,
                Reply.JSON
                        .readTree(send("DELETE", drain, "").body())
                        .get("weight")
                        .asInt());
        assertRefused(400, "drain = \"yes\": true or false is right", "POST", drain, "{\"drain\": \"yes\"}");
        assertRefused(400, "a JSON object is right", "POST", drain, "[]");
        assertRefused(400, "a JSON object is right", "POST", drain, "{");
        assertRefused(400, "a JSON object is right", "POST", drain, "{} {}");
        assertRefused(400, "Duplicate field 'drain'", "POST", drain, "{\"drain\": true, \"drain\": false}");
        assertRefused(404, "service 'nope': there is no such service", "POST", "/v1/services/nope/servers/b/drain", "");
        assertRefused(
                404,
                "server 'z' of service web: there is no such server; there are: a, b",
                "POST",
                "/v1/services/web/servers/z/drain",
                "");
        assertRefused(405, "DELETE, POST is right here", "GET", drain, "");
        assertEquals(java.util.Set.of(), node.drained);
    }

    private JsonNode put(String target, String body) throws Exception {
        Reply reply = send("PUT", target, body);
        assertTrue(reply.status() == 200 || reply.status() == 201, reply::toString);
        JsonNode json = Reply.JSON.readTree(reply.body());
        assertFalse(json.get("persistent").asBoolean(true), "and it says so");
        return json;
    }

    private String refusal(String method, String target, String body) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> send(method, target, body));
        Reply reply = Reply.refusal(e.getCause()).orElseThrow();
        assertEquals(400, reply.status());
        return new String(reply.body(), UTF_8);
    }

    @Test
    void shouldTakeServiceInTheFilesWordsAndTellItBack() throws Exception {
        String body = """
                {"address": "202.103.106.5:443", "scheduler": "wlc", "health": "tcp", "health.interval": "5s",
                 "servers": [{"id": "a", "address": "172.16.0.2:443", "weight": 3, "max": 100, "min": 80},
                             {"id": "b", "address": "172.16.0.3:443"}]}
                """;
        assertEquals(201, send("PUT", "/v1/services/tls", body).status());
        JsonNode tls = json("/v1/services/tls");
        assertEquals("wlc", tls.get("scheduler").asText());
        assertEquals(3, tls.at("/servers/0/weight").asInt());
        assertEquals(100, tls.at("/servers/0/max").asInt());
        assertEquals("172.16.0.3:443", tls.at("/servers/1/address").asText());
        assertEquals("5s", tls.get("settings").get("health.interval").asText());
        assertEquals(
                "172.16.0.2:443 weight=3 max=100 min=80",
                json("/v1/config").get("service.tls.server.a").asText());

        Map<String, String> before = node.settings();
        JsonNode again = put("/v1/services/tls", tls.toString());
        assertEquals(tls, ((ObjectNode) again).without("persistent"), "what was told can be sent back");
        Map<String, String> after = node.settings();
        before.forEach((key, value) -> assertEquals(value, after.get(key).replace(" weight=1", ""), key));

        assertEquals(
                200,
                send("PUT", "/v1/services/tls", "{\"address\": \"202.103.106.5:444\"}")
                        .status());
        assertEquals(0, json("/v1/services/tls").get("servers").size(), "in place of what was there");
        assertEquals(
                "2s",
                json("/v1/services/tls").get("settings").get("health.interval").asText());
        assertEquals(3, json("/v1/services").size());
        assertEquals(200, send("DELETE", "/v1/services/tls", "").status());
        assertEquals(2, json("/v1/services").size());
        assertRefused(404, "there are: web, dns", "DELETE", "/v1/services/tls", "");
    }

    @Test
    void shouldPutAndDeleteServers() throws Exception {
        assertEquals(
                201,
                send("PUT", "/v1/services/web/servers/c", "{\"address\": \"172.16.0.4\"}")
                        .status());
        JsonNode c =
                put("/v1/services/web/servers/c", "{\"address\": \"172.16.0.4:81\", \"weight\": 5, \"up\": false}");
        assertEquals("172.16.0.4:81", c.get("address").asText());
        assertEquals(5, c.get("weight").asInt());
        assertTrue(c.get("up").asBoolean(), "an answer, not a wish");
        assertEquals(
                List.of("a", "b", "c"), json("/v1/services/web").get("servers").findValuesAsText("id"));
        assertEquals(200, send("DELETE", "/v1/services/web/servers/a", "").status());
        assertEquals(List.of("b", "c"), json("/v1/services/web").get("servers").findValuesAsText("id"));
        assertRefused(404, "there are: b, c", "DELETE", "/v1/services/web/servers/a", "");
        assertRefused(404, "no such service", "PUT", "/v1/services/nope/servers/a", "{\"address\": \"172.16.0.4\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x | {\"address\": \"1.2.3\"} | service.x.address = 1.2.3: ",
                "x | {\"address\": \"202.103.106.5:80\"} | service web has the same address, port and protocol",
                "x | {\"address\": \"1.2.3.4:80\", \"sheduler\": \"rr\"} | service.x.sheduler = rr: there is no such key; the nearest is service.x.scheduler",
                "x | {\"address\": \"1.2.3.4:80\", \"scheduler\": \"${HOME}\"} | service.x.scheduler = ${HOME}: one of rr wrr",
                "x | {\"address\": \"1.2.3.4:80\", \"servers\": [{\"id\": \"a\", \"address\": \"1.2.3.4:81\"}]} | is a virtual address of this node",
                "x | {\"address\": \"1.2.3.4:80\", \"servers\": [{\"id\": \"a\", \"address\": \"1.2.3.5\", \"weight\": 70000}]} | from 0 to 65535",
                "web | {\"address\": \"202.103.106.5:80\", \"health\": \"ping\"} | none, tcp, udp or http GET",
            })
    void shouldCheckServiceLikeTheFile(String name, String body, String part) throws Exception {
        Map<String, String> before = node.settings();
        String refusal = refusal("PUT", "/v1/services/" + name, body);
        assertTrue(Reply.JSON.readTree(refusal).get("error").asText().startsWith("nothing was changed; "), refusal);
        assertTrue(Reply.JSON.readTree(refusal).get("error").asText().contains(part), refusal);
        assertEquals(1, Reply.JSON.readTree(refusal).get("problems").size(), refusal);
        assertEquals(before, node.settings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "services/web.server | {\"a\": \"1.2.3.4:5\"} | service 'web.server': letters, digits",
                "services/-x | {} | service '-x': letters",
                "services/web/servers/a.b | {\"address\": \"1.2.3.4\"} | server 'a.b': letters",
                "services/x | {} | address = : ADDRESS:PORT of the service is right",
                "services/x | [] | a JSON object is right",
                "services/x |  | a JSON object is right",
                "services/x | {\"address\": [1]} | address = [1]: a text, a whole number, true or false is right",
                "services/x | {\"address\": 1.5} | address = 1.5: a text",
                "services/x | {\"address\": \"a\", \"servers\": {}} | servers = {}: an array",
                "services/x | {\"address\": \"a\", \"servers\": [1]} | server '': letters",
                "services/x | {\"address\": \"a\", \"servers\": [{\"address\": \"1.2.3.4\"}]} | server '': letters",
                "services/x | {\"address\": \"a\", \"servers\": [{\"id\": \"a\"}]} | address = : ADDRESS:PORT of the server is right",
                "services/x | {\"address\": \"a\", \"servers\": [{\"id\": \"a\", \"address\": \"1.2.3.4 weight=9\"}]} | ADDRESS:PORT of the server is right",
                "services/x | {\"address\": \"a\", \"servers\": [{\"id\": \"a\", \"address\": \"1.2.3.4\", \"wait\": 1}]} | wait = 1: there is no such field of a server; right are address, host, mac, max, min, port, tunnel, weight",
                "services/x | {\"address\": \"a\", \"servers\": [{\"id\": \"a\", \"address\": \"1.2.3.4\"}, {\"id\": \"a\", \"address\": \"1.2.3.5\"}]} | the id is given twice",
            })
    void shouldRefuseWhatIsNoService(String place, String body, String part) {
        assertRefused(400, part, "PUT", "/v1/" + place, body == null ? "" : body);
    }

    @Test
    void shouldTellWhereNodeStandsAmongOthers() throws Exception {
        assertEquals(Reply.JSON.readTree("""
                        {"mode":"none","state":"master","since":"1970-01-01T00:00:00Z","why":"on its own",
                         "reconstructed":{"derive":0,"learn":0,"probe":0,"replay":0,"refuse":0}}
                        """), withoutCounts(json("/v1/ha")));
        assertRefused(409, "nobody to take over", "POST", "/v1/ha/release", "");
        assertRefused(405, "POST is right here", "GET", "/v1/ha/release", "");
        AskedHa ha = new AskedHa();
        node.ha = ha;
        assertEquals(202, send("POST", "/v1/ha/release", "").status());
        assertEquals(202, send("POST", "/v1/ha/resume", "").status());
        assertEquals(List.of("release", "resume"), ha.asked);
        JsonNode status = json("/v1/ha");
        assertEquals("backup", status.get("state").asText());
        assertEquals("192.0.2.1", status.get("master").asText());
        assertEquals(7, status.at("/counters/vrrp.sent").asInt());
    }

    /** What is counted elsewhere is not this test's business. */
    private static JsonNode withoutCounts(JsonNode ha) {
        for (JsonNode count : ha.get("reconstructed")) {
            assertTrue(count.isIntegralNumber());
        }
        return ha;
    }

    /** A node among others that notes what is asked of it. */
    private static final class AskedHa implements HaControl {
        private final List<String> asked = new ArrayList<>();

        @Override
        public HaStatus status() {
            return new HaStatus(
                    "vrrp",
                    HaState.BACKUP,
                    Instant.EPOCH,
                    "heard a better one",
                    100,
                    100,
                    Optional.of(IpAddress.parse("192.0.2.1")),
                    false,
                    List.of(),
                    3,
                    List.of(),
                    Map.of(HaCounter.SENT, 7L));
        }

        @Override
        public void release() {
            asked.add("release");
        }

        @Override
        public void resume() {
            asked.add("resume");
        }
    }

    @Test
    void shouldServePageThatBrowserRunsAndNothingElse() throws Exception {
        Reply page = get("/");
        assertEquals("text/html; charset=utf-8", page.type());
        String text = new String(page.body(), UTF_8);
        String policy = page.headers().get("Content-Security-Policy");
        assertTrue(policy.startsWith("default-src 'none'; connect-src 'self'; "), policy);
        for (String part : List.of("script", "style")) {
            String content = text.replaceAll("(?s).*<" + part + ">(.*)</" + part + ">.*", "$1");
            String hash = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8)));
            assertTrue(policy.contains(part + "-src 'sha256-" + hash + "'"), policy);
        }
        assertFalse(text.matches("(?s).*(src|href)=\"(?!data:).*"), "nothing from elsewhere");
        assertFalse(text.contains("innerHTML"), "what the API says is text");
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
                    : Metrics.name(counter.label()) + (counter.isGauge() ? "" : "_total");
            assertTrue(metrics.has(name), name);
        }
        assertEquals(1, metrics.value("weir_master"));
        metrics.assertHelp();
        node.ha = new AskedHa();
        Exposition backup = Exposition.parse(new String(get("/metrics").body(), UTF_8));
        assertEquals(0, backup.value("weir_master"));
        assertEquals(7, backup.value("weir_vrrp_sent_total"));
    }

    @Test
    void shouldSpeakOpenMetricsWhenAsked() throws Exception {
        Reply reply = get("/metrics", "accept", "application/openmetrics-text; version=1.0.0");
        assertTrue(reply.type().startsWith("application/openmetrics-text"), reply.type());
        String text = new String(reply.body(), UTF_8);
        assertTrue(text.endsWith("# EOF\n"), text);
        assertTrue(text.contains("\nweir_drops_total{reason=\"no-server\",worker=\"0\"} 7"), text);
    }

    @Test
    void shouldShowWhereHypervisorsStand() throws Exception {
        assertEquals(0, json("/v1/hypervisors").size());
        node.hypervisors = List.of(new HypervisorStatus(
                "h1",
                true,
                "master",
                Instant.EPOCH,
                12,
                11,
                3,
                List.of("vnet0"),
                "it refuses an entry",
                new ClientStatus(5, 7, 1, 2)));
        JsonNode one = json("/v1/hypervisors").get(0);
        assertEquals("h1", one.get("name").asText());
        assertTrue(one.get("connected").asBoolean());
        assertEquals("master", one.get("role").asText());
        assertEquals(12, one.get("entriesWanted").asInt());
        assertEquals(11, one.get("entriesPresent").asInt());
        assertEquals(3, one.get("connects").asInt());
        assertEquals("vnet0", one.get("missingPorts").get(0).asText());
        assertEquals(5, one.get("clients").get("entries").asInt());
        assertEquals(7, one.get("clients").get("repliesRelayed").asInt());
        assertEquals(1, one.get("clients").get("repliesDropped").asInt());
        assertEquals(2, one.get("clients").get("refused").asInt());
        assertEquals("it refuses an entry", one.get("lastError").asText());
    }
}
