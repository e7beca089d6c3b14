package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.appliance.Requires;
import io.weir.appliance.config.AdminConfig;
import io.weir.appliance.net.IoThread;
import io.weir.appliance.net.Transport;
import io.weir.engine.flow.TcpState;
import io.weir.scheduler.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin API's socket: what it says of a node, and what it bears. On the machine's own loopback. */
class AdminServerTest {
    private static final int PATIENCE_MS = 20_000;

    private static IoThread io;

    @TempDir
    private Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private FileNode node;

    @BeforeAll
    static void start() {
        io = new IoThread(Transport.best(), () -> {});
    }

    @AfterAll
    static void stop() {
        io.close();
    }

    @BeforeEach
    void open() throws Exception {
        node = new FileNode(directory);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        node.close();
    }

    private AdminServer listen(String where, String token, long withinMs) throws IOException {
        AdminConfig config = new AdminConfig(AdminConfig.Listen.parse(where), Optional.ofNullable(token));
        AdminServer server = AdminServer.listen(config, io, errors::add, withinMs);
        opened.add(server);
        server.serve(node);
        return server;
    }

    private int listen() throws IOException {
        return port(listen("127.0.0.1:0", null, AdminServer.WITHIN_MS));
    }

    private static int port(AdminServer server) {
        return ((InetSocketAddress) server.address()).getPort();
    }

    private HttpClient client() {
        HttpClient client = HttpClient.newHttpClient();
        opened.add(client);
        return client;
    }

    private HttpResponse<String> send(int port, String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client().send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        assertEquals(
                "application/json",
                response.headers().firstValue("content-type").orElseThrow());
        return Reply.JSON.readTree(response.body());
    }

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        opened.add(socket);
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    /** Sends bytes as they are and returns what comes until the server closes. */
    private String exchange(int port, String text) throws IOException {
        Socket socket = connect(port);
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void shouldSayThatNodeIsStartingUntilItServes() throws Exception {
        AdminConfig config = new AdminConfig(AdminConfig.Listen.parse("127.0.0.1:0"), Optional.empty());
        AdminServer server = AdminServer.listen(config, io, errors::add);
        opened.add(server);
        HttpResponse<String> early = send(port(server), "GET", "/healthz");
        assertEquals(503, early.statusCode());
        assertEquals("the node is starting", json(early).get("error").asText());
        server.serve(node);
        assertEquals(200, send(port(server), "GET", "/healthz").statusCode());
    }

    @Test
    void shouldTellHealthByStatus() throws Exception {
        int port = listen();
        assertEquals("ok", json(send(port, "GET", "/healthz")).get("status").asText());
        node.obstacle = Optional.of("worker 1 has made no progress for 4000 ms");
        HttpResponse<String> bad = send(port, "GET", "/healthz");
        assertEquals(503, bad.statusCode());
        assertEquals(
                "worker 1 has made no progress for 4000 ms",
                json(bad).get("error").asText());
    }

    @Test
    void shouldNameEveryParameterAndPlaceThatIsWrong() throws Exception {
        int port = listen();
        assertError(404, "/v2/services: there is no such place", send(port, "GET", "/v2/services"));
        assertError(404, "/v1/services/: there is", send(port, "GET", "/v1/services/nope/servers"), false);
        assertError(
                404,
                "service 'nope': there is no such service; there are: web, dns",
                send(port, "GET", "/v1/services/nope"));
        assertError(
                400,
                "query parameter 'x' = '1': there is no such parameter; none is right here",
                send(port, "GET", "/v1/services?x=1"));
        assertError(400, "given twice", send(port, "GET", "/v1/services?x=1&x=2"));
        HttpResponse<String> wrong = send(port, "PATCH", "/v1/counters");
        assertError(405, "PATCH /v1/counters: GET, HEAD is right here", wrong);
        assertEquals("GET, HEAD", wrong.headers().firstValue("allow").orElseThrow());
    }

    private static void assertError(int status, String part, HttpResponse<String> response) throws IOException {
        assertError(status, part, response, true);
    }

    private static void assertError(int status, String part, HttpResponse<String> response, boolean exact)
            throws IOException {
        assertEquals(status, response.statusCode());
        String error = json(response).get("error").asText();
        assertTrue(!exact || error.contains(part), error);
    }

    @Test
    void shouldKeepConnectionForRequestsInARow() throws Exception {
        int port = listen();
        Socket socket = connect(port);
        for (int i = 0; i < 3; i++) {
            socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            assertTrue(readAnswer(socket).startsWith("HTTP/1.1 200 "));
        }
        socket.getOutputStream()
                .write("HEAD /v1/counters HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
        String head = new String(socket.getInputStream().readAllBytes(), US_ASCII);
        assertTrue(head.endsWith("\r\n\r\n") && head.matches("(?s).*content-length: \\d{3,}.*"), head);
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws Exception {
        int port = listen();
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            requests.append("GET /nothing-%d HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
                    .formatted(i, i == 19 ? "Connection: close\r\n" : ""));
        }
        String answers = exchange(port, requests.toString());
        List<String> places = answers.lines()
                .filter(l -> l.startsWith("{"))
                .map(l -> l.replaceAll(".*/(nothing-\\d+):.*", "$1"))
                .toList();
        assertEquals(20, places.size(), answers);
        for (int i = 0; i < 20; i++) {
            assertEquals("nothing-" + i, places.get(i));
        }
    }

    /** Reads head and body of an answer that has a length. */
    private static String readAnswer(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = socket.getInputStream().read();
            assertTrue(c >= 0, head::toString);
            head.append((char) c);
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        return head + new String(socket.getInputStream().readNBytes(length), UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'hello\r\n\r\n' | 400",
                "'GET\r\n\r\n' | 400",
                "'GET / HTTP/9.x\r\n\r\n' | 400",
                "'GET /healthz HTTP/1.1\r\nno colon\r\n\r\n' | 400",
                "'GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n' | 400",
                "'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' | 400",
                "'GET %zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' | 400",
                "'GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' | 400",
                "'POST /v1/counters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n' | 413",
            })
    void shouldAnswerAndCloseWhenRequestIsMalformed(String text, int status) throws Exception {
        String answer = exchange(listen(), text);
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(
                Reply.JSON
                        .readTree(answer.substring(answer.indexOf("\r\n\r\n")))
                        .get("error")
                        .isTextual(),
                answer);
        assertEquals(List.of(), errors, "nothing of it is the node's fault");
    }

    @Test
    void shouldRefuseHugeHeadersAndLines() throws Exception {
        int port = listen();
        assertTrue(exchange(port, "GET /" + "x".repeat(AdminServer.LINE) + " HTTP/1.1\r\n\r\n")
                .startsWith("HTTP/1.1 414 "));
        String huge = "GET /healthz HTTP/1.1\r\nX: " + "x".repeat(AdminServer.HEADERS) + "\r\n\r\n";
        assertTrue(exchange(port, huge).startsWith("HTTP/1.1 431 "));
        String many = "GET /healthz HTTP/1.1\r\n" + "A: b\r\n".repeat(AdminServer.HEADERS / 3) + "\r\n";
        assertTrue(exchange(port, many).startsWith("HTTP/1.1 431 "));
    }

    @Test
    void shouldCloseOnClientThatNeverEndsItsRequest() throws Exception {
        int port = port(listen("127.0.0.1:0", null, 300));
        assertEquals("", exchange(port, ""), "no request at all");
        assertEquals("", exchange(port, "GET /healthz HTTP/1.1\r\nHost: local"), "half a request");
        Socket trickling = connect(port);
        Thread trickle = Thread.ofPlatform().daemon().start(() -> {
            try {
                for (int c : "GET /healthz HTTP/1.1\r\nX: ".repeat(100).getBytes(US_ASCII)) {
                    trickling.getOutputStream().write(c);
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // closed, as it should be
            }
        });
        assertArrayEquals(new byte[0], readToEnd(trickling), "bytes that trickle buy no time");
        trickling.close();
        trickle.join(PATIENCE_MS);
        assertFalse(trickle.isAlive());
        assertTrue(
                exchange(port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .startsWith("HTTP/1.1 200 "),
                "kept, then closed");
    }

    /** A reset is an end, too: the server closed with bytes of ours unread. */
    private static byte[] readToEnd(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (java.net.SocketException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldCloseConnectionsThatAreTooMany() throws Exception {
        int port = listen();
        List<Socket> kept = new ArrayList<>();
        for (int i = 0; i < AdminServer.CONNECTIONS; i++) {
            Socket socket = connect(port);
            socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            assertTrue(readAnswer(socket).startsWith("HTTP/1.1 200 "));
            kept.add(socket);
        }
        Socket further = connect(port);
        assertArrayEquals(new byte[0], readToEnd(further), "one more");
        kept.getFirst().close();
        awaitAnswer(port);
    }

    /** Asks on new connections until one is served: the end of another has to be noticed first. */
    private void awaitAnswer(int port) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000L;
        while (true) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(PATIENCE_MS);
                socket.getOutputStream()
                        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .getBytes(US_ASCII));
                if (new String(readToEnd(socket), US_ASCII).startsWith("HTTP/1.1 200 ")) {
                    return;
                }
            } catch (IOException e) {
                // written to a connection that was closed already
            }
            assertTrue(deadline - System.nanoTime() > 0, "no place became free");
        }
    }

    @Test
    void shouldCloseOnClientsThatDoNotTakeLongAnswers() throws Exception {
        node.connections = java.util.concurrent.CompletableFuture.completedFuture(java.util.Collections.nCopies(
                ConnectionQuery.MOST,
                new Connection(
                        Endpoint.parse("202.100.1.2:3456"),
                        Endpoint.parse("202.103.106.5:80"),
                        Endpoint.parse("172.16.0.3:8000"),
                        "web".repeat(300), // more than a socket's buffers hold
                        "b",
                        "tcp",
                        TcpState.ESTABLISHED,
                        893_999,
                        List.of(),
                        0)));
        int port = port(listen("127.0.0.1:0", null, 1_000));
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Socket socket = new Socket();
            opened.add(socket);
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.getOutputStream()
                    .write("GET /v1/connections?limit=10000 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            assertEquals('H', socket.getInputStream().read(), "the answer begins");
            slow.add(socket);
        }
        HttpResponse<String> busy = send(port, "GET", "/v1/connections");
        assertEquals(503, busy.statusCode());
        assertEquals("1", busy.headers().firstValue("retry-after").orElseThrow());
        HttpResponse<String> served = busy;
        long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000L;
        while (served.statusCode() == 503 && deadline - System.nanoTime() > 0) {
            try {
                served = send(port, "GET", "/v1/connections");
            } catch (IOException e) {
                Thread.sleep(10); // its own connection has become too old
            }
        }
        assertEquals(200, served.statusCode(), "the slow ones have been closed");
        assertEquals(ConnectionQuery.MOST, Reply.JSON.readTree(served.body()).size());
    }

    @Test
    void shouldReportFailureOfItsOwnAndLiveOn() throws Exception {
        int port = listen();
        node.failure = new IllegalStateException("out of order");
        HttpResponse<String> response = send(port, "GET", "/v1/services");
        assertEquals(500, response.statusCode());
        assertFalse(response.body().contains("out of order"), response.body());
        assertEquals(List.of(node.failure), errors);
        node.failure = null;
        assertEquals(200, send(port, "GET", "/v1/services").statusCode());
    }

    @Test
    void shouldDemandTokenWhereThereIsOne() throws Exception {
        int port = port(listen("127.0.0.1:0", "correcthorse", AdminServer.WITHIN_MS));
        for (String path : List.of("/v1/services", "/v1/config", "/metrics", "/v1/nothing")) {
            HttpResponse<String> response = send(port, "GET", path);
            assertError(401, "admin.token", response);
            assertEquals(
                    "Bearer realm=\"weir\"",
                    response.headers().firstValue("www-authenticate").orElseThrow());
        }
        for (String wrong : List.of(
                "Bearer correcthorsf",
                "Bearer correcthors",
                "Bearer correcthorsee",
                "Bearer",
                "Basic correcthorse",
                "correcthorse")) {
            assertEquals(
                    401,
                    send(port, "GET", "/v1/services", "Authorization", wrong).statusCode(),
                    wrong);
        }
        for (String right : List.of("Bearer correcthorse", "bearer correcthorse")) {
            assertEquals(
                    200,
                    send(port, "GET", "/v1/services", "Authorization", right).statusCode(),
                    right);
        }
        assertEquals(200, send(port, "GET", "/healthz").statusCode(), "a prober needs none");
        assertFalse(send(port, "GET", "/v1/config", "Authorization", "Bearer correcthorse")
                .body()
                .contains("correcthorse"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:9180", "localhost.evil.example"})
    void shouldRefuseNamesThatSomebodyElseGaveIt(String host) throws Exception {
        String answer =
                exchange(listen(), "GET /v1/config HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:1", "127.0.0.1:9180", "[::1]:9180", ""})
    void shouldAnswerUnderItsOwnNames(String host) throws Exception {
        String answer =
                exchange(listen(), "GET /v1/config HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }

    @Test
    void shouldRefusePagesOfOtherSites() throws Exception {
        String request = "GET /v1/config HTTP/1.1\r\nHost: localhost:9180\r\nOrigin: %s\r\nConnection: close\r\n\r\n";
        int port = listen();
        assertTrue(exchange(port, request.formatted("http://evil.example")).startsWith("HTTP/1.1 403 "));
        assertTrue(exchange(port, request.formatted("null")).startsWith("HTTP/1.1 403 "));
        assertTrue(exchange(port, request.formatted("http://localhost:9180")).startsWith("HTTP/1.1 200 "));
    }

    @Test
    void shouldListenOnUnixSocketForItsOwnerAlone() throws Exception {
        Requires.tool("curl");
        Path path = directory.resolve("admin.sock");
        AdminServer server = listen("unix:" + path, null, AdminServer.WITHIN_MS);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        assertEquals(
                "ok", Reply.JSON.readTree(curl(path, "/healthz")).get("status").asText());
        assertEquals(2, Reply.JSON.readTree(curl(path, "/v1/services")).size());
        IOException second = assertThrows(IOException.class, () -> listen("unix:" + path, null, 1));
        assertTrue(
                second.getMessage().startsWith("admin.listen = unix:" + path + ": another process listens there"),
                second.getMessage());
        server.close();
        assertFalse(Files.exists(path));
    }

    private static String curl(Path socket, String path) throws Exception {
        Process curl = new ProcessBuilder(
                        "curl", "-sS", "--max-time", "20", "--unix-socket", socket.toString(), "http://node" + path)
                .redirectErrorStream(true)
                .start();
        String answer = new String(curl.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, curl.waitFor(), answer);
        return answer;
    }

    @Test
    void shouldAnswerItsOwnClient() throws Exception {
        AdminConfig unix = new AdminConfig(
                AdminConfig.Listen.parse("unix:" + directory.resolve("own.sock")), Optional.of("correcthorse"));
        AdminServer server = AdminServer.listen(unix, io, errors::add);
        opened.add(server);
        server.serve(node);
        AdminClient.Answer services = new AdminClient(unix).send("GET", "/v1/services", "");
        assertTrue(services.isGood());
        assertEquals(2, services.body().size());
        AdminClient.Answer drained =
                new AdminClient(unix).send("POST", "/v1/services/web/servers/a/drain", "{\"drain\": true}");
        assertTrue(drained.body().get("draining").asBoolean());
        AdminConfig ignorant = new AdminConfig(unix.listen(), Optional.empty());
        AdminClient.Answer refused = new AdminClient(ignorant).send("GET", "/v1/services", "");
        assertEquals(401, refused.status());
        assertFalse(refused.isGood());

        AdminServer everywhere = listen("0.0.0.0:0", "correcthorse", AdminServer.WITHIN_MS);
        AdminConfig tcp =
                new AdminConfig(AdminConfig.Listen.parse("0.0.0.0:" + port(everywhere)), Optional.of("correcthorse"));
        assertTrue(new AdminClient(tcp).send("GET", "/healthz", "").isGood());
        everywhere.close();
        IOException nobody = assertThrows(IOException.class, () -> new AdminClient(tcp).send("GET", "/healthz", ""));
        assertTrue(nobody.getMessage().startsWith("admin.listen = 0.0.0.0:"), nobody.getMessage());
        try (var other = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                try (Socket socket = other.accept()) {
                    socket.getOutputStream().write("220 smtp\r\n\r\n".getBytes(US_ASCII));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the client had enough
                }
            });
            AdminConfig wrong =
                    new AdminConfig(AdminConfig.Listen.parse("127.0.0.1:" + other.getLocalPort()), Optional.empty());
            IOException strange = assertThrows(IOException.class, () -> new AdminClient(wrong).send("GET", "/", ""));
            assertTrue(strange.getMessage().endsWith("no node of Weir"), strange.getMessage());
        }
    }

    @Test
    void shouldTakeSocketThatKilledNodeLeftButNoOtherFile() throws Exception {
        Requires.tool("curl");
        Path path = directory.resolve("left.sock");
        try (var left = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            left.bind(java.net.UnixDomainSocketAddress.of(path));
        }
        assertTrue(Files.exists(path));
        listen("unix:" + path, null, AdminServer.WITHIN_MS);
        assertTrue(curl(path, "/healthz").contains("ok"));
        Path file = Files.writeString(directory.resolve("file"), "precious");
        IOException refused = assertThrows(IOException.class, () -> listen("unix:" + file, null, 1));
        assertTrue(refused.getMessage().contains("a file that is no socket"), refused.getMessage());
        assertEquals("precious", Files.readString(file));
        IOException nowhere =
                assertThrows(IOException.class, () -> listen("unix:" + directory.resolve("no/sock"), null, 1));
        assertTrue(nowhere.getMessage().startsWith("admin.listen = unix:"), nowhere.getMessage());
    }

    @Test
    void shouldNameKeyWhenPortIsTaken() throws Exception {
        int port = listen();
        IOException taken = assertThrows(IOException.class, () -> listen("127.0.0.1:" + port, null, 1));
        assertTrue(
                taken.getMessage().startsWith("admin.listen = 127.0.0.1:" + port + ": cannot listen there: "),
                taken.getMessage());
        assertTrue(taken.getMessage().toLowerCase(java.util.Locale.ROOT).contains("in use"), taken.getMessage());
    }

    @Test
    void shouldServeOnNioAsWell() throws Exception {
        Requires.tool("curl");
        try (IoThread nio = new IoThread(Transport.nio("a test"), () -> {})) {
            AdminConfig tcp = new AdminConfig(AdminConfig.Listen.parse("127.0.0.1:0"), Optional.empty());
            Path path = directory.resolve("nio.sock");
            AdminConfig unix = new AdminConfig(AdminConfig.Listen.parse("unix:" + path), Optional.empty());
            try (AdminServer one = AdminServer.listen(tcp, nio, errors::add);
                    AdminServer other = AdminServer.listen(unix, nio, errors::add)) {
                one.serve(node);
                other.serve(node);
                assertEquals(200, send(port(one), "GET", "/v1/services").statusCode());
                assertTrue(curl(path, "/healthz").contains("ok"));
            }
            assertFalse(Files.exists(path));
        }
    }
}
