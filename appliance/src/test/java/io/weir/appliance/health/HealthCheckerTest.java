package io.weir.appliance.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.HealthConfig;
import io.weir.appliance.net.IoThread;
import io.weir.appliance.net.Transport;
import io.weir.scheduler.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks of real servers on the machine's loopback, on either transport. The test's thread is the control thread. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class HealthCheckerTest {
    private static final int PATIENCE_S = 20;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private record Change(Target target, Health before, Health now) {}

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
    private final HealthChecker checker;

    HealthCheckerTest(boolean best) {
        IoThread io = own(new IoThread(best ? Transport.best() : Transport.nio("a test"), () -> {}));
        checker = own(new HealthChecker(io, (target, before, now) -> changes.add(new Change(target, before, now))));
    }

    private <T extends AutoCloseable> T own(T resource) {
        opened.add(resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private static Target target(String server, int port, String check) {
        return target(server, port, check, 400);
    }

    private static Target target(String server, int port, String check, int timeoutMs) {
        return new Target(
                "web",
                server,
                Endpoint.parse("127.0.0.1:" + port),
                new HealthConfig(
                        HealthConfig.Check.parse(check), Duration.ofMillis(500), Duration.ofMillis(timeoutMs), 2, 3));
    }

    private Health await() throws InterruptedException {
        Change change = changes.poll(PATIENCE_S, TimeUnit.SECONDS);
        assertNotNull(change, "no change");
        return change.now();
    }

    /** What the first check of a server finds. */
    private Health first(Target target) throws InterruptedException {
        checker.watch(List.of(target));
        Health health = await();
        assertTrue(checker.takeNews());
        assertTrue(checker.allKnown());
        assertEquals(health, checker.of(target.name()).orElseThrow());
        return health;
    }

    private void assertDown(String text, Target target) throws InterruptedException {
        Health health = first(target);
        assertEquals(text, health.last());
        assertFalse(health.up());
        assertTrue(health.known());
    }

    /** Serves one connection after another: reads a request's head, then says what it is given, and closes. */
    private int serve(UnaryOperator<String> answer) throws IOException {
        ServerSocket server = own(new ServerSocket(0, 50, LOOPBACK));
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                try (Socket socket = server.accept()) {
                    StringBuilder head = new StringBuilder();
                    while (head.indexOf("\r\n\r\n") < 0) {
                        int c = socket.getInputStream().read();
                        if (c < 0) {
                            break;
                        }
                        head.append((char) c);
                    }
                    String text = answer.apply(head.toString());
                    if (text == null) {
                        socket.getInputStream().read(); // until the checker has had enough
                    } else {
                        socket.getOutputStream().write(text.getBytes(US_ASCII));
                    }
                } catch (IOException e) {
                    if (server.isClosed()) {
                        return;
                    }
                }
            }
        });
        return server.getLocalPort();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 50, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void shouldFindTcpServerUpAndClosedPortDown() throws Exception {
        Health up = first(target("a", serve(head -> ""), "tcp"));
        assertTrue(up.up());
        assertEquals("ok", up.last());
        assertTrue(up.latencyNs() > 0);
        assertDown("connection refused", target("b", closedPort(), "tcp"));
    }

    @Test
    void shouldGoDownAfterFallAndUpAfterRise() throws Exception {
        int port = closedPort();
        Target target = target("a", port, "tcp");
        try (ServerSocket socket = new ServerSocket(port, 50, LOOPBACK)) {
            assertTrue(first(target).up());
            assertFalse(socket.isClosed());
        }
        Health down = await();
        assertFalse(down.up());
        assertEquals("connection refused", down.last());
        assertEquals(3, down.streak());
        assertTrue(checker.takeNews());
        own(new ServerSocket(port, 50, LOOPBACK));
        Health again = await();
        assertTrue(again.up());
        assertEquals(2, again.streak());
        assertEquals(3, again.transitions(), "up, down, up");
        assertTrue(changes.isEmpty());
    }

    @Test
    void shouldAskAsHttpWantsIt() throws Exception {
        BlockingQueue<String> heads = new LinkedBlockingQueue<>();
        int port = serve(head -> {
            heads.add(head);
            return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        });
        Health health = first(target("a", port, "http GET /alive?deep=1"));
        assertTrue(health.up(), health::last);
        assertEquals("HTTP status 200", health.last());
        List<String> lines = heads.take().lines().toList();
        assertEquals("GET /alive?deep=1 HTTP/1.1", lines.getFirst());
        assertTrue(lines.contains("host: 127.0.0.1:" + port), lines::toString);
        assertTrue(lines.contains("connection: close"), lines::toString);
        assertEquals("172.16.0.2", HttpCheck.host(Endpoint.parse("172.16.0.2:80")));
        assertEquals("[2001:db8::1]:8080", HttpCheck.host(Endpoint.parse("[2001:db8::1]:8080")));
        assertEquals("[2001:db8::1]", HttpCheck.host(Endpoint.parse("[2001:db8::1]:80")));
    }

    @Test
    void shouldTakeEveryWholeAnswerWithRightStatus() throws Exception {
        for (String answer : List.of(
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.0 204 Whatever\r\n\r\n",
                "HTTP/1.1 204\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")) {
            Health health = first(target("a", serve(head -> answer), "http GET / status=204"));
            assertTrue(health.up(), answer + health.last());
        }
        for (String answer : List.of(
                "HTTP/1.1 200 OK\r\n\r\nuntil the connection's end",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + "x".repeat(HttpCheck.BODY))) {
            Health health = first(target("b", serve(head -> answer), "http GET /"));
            assertTrue(health.up(), health.last());
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAnswer() throws Exception {
        assertDown(
                "HTTP status 500, 200 is right",
                target("a", serve(h -> "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"), "http GET /"));
        assertDown(
                "HTTP status 302, 200 is right",
                target(
                        "b",
                        serve(h -> "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
                        "http GET /"));
        assertDown(
                "HTTP status 200, 404 is right",
                target("c", serve(h -> "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "http GET / status=404"));
        assertDown("closed without an HTTP answer", target("d", serve(h -> ""), "http GET /"));
        assertDown(
                "closed in the middle of the answer",
                target("e", serve(h -> "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), "http GET /"));
        assertDown("connection refused", target("f", closedPort(), "http GET /"));
        Health noHttp = first(target("g", serve(h -> "220 smtp ready\r\n\r\n"), "http GET /"));
        assertFalse(noHttp.up());
        assertTrue(noHttp.last().startsWith("no HTTP: "), noHttp::last);
        Health endless = first(target("h", serve(h -> "HTTP/1.1 200 OK\r\nX: " + "x".repeat(1 << 16)), "http GET /"));
        assertTrue(endless.last().startsWith("no HTTP: "), endless::last);
    }

    @Test
    void shouldSayWhatItWaitedFor() throws Exception {
        assertDown("no answer within 250 ms to the request", target("a", serve(head -> null), "http GET /", 250));
        int port = serve(head -> {
            throw new IllegalStateException("never asked");
        });
        ServerSocket full = own(new ServerSocket(0, 1, LOOPBACK));
        List<Socket> fillers = new ArrayList<>();
        while (fillers.size() < 64) { // until the queue of connections that wait to be accepted is full
            Socket filler = own(new Socket());
            try {
                filler.connect(full.getLocalSocketAddress(), 200);
                fillers.add(filler);
            } catch (SocketTimeoutException e) {
                break;
            }
        }
        assertDown("no answer within 250 ms", target("b", full.getLocalPort(), "tcp", 250));
        assertDown("no answer within 250 ms", target("c", full.getLocalPort(), "http GET /", 250));
        assertTrue(port > 0);
    }

    @Test
    void shouldTakeAnyDatagramForUdpHealth() throws Exception {
        DatagramSocket echo = own(new DatagramSocket(0, LOOPBACK));
        AtomicBoolean silent = new AtomicBoolean();
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        Thread.ofPlatform().daemon().start(() -> {
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            while (!echo.isClosed()) {
                try {
                    echo.receive(packet);
                    asked.add(new String(packet.getData(), 0, packet.getLength(), US_ASCII));
                    if (!silent.get()) {
                        echo.send(packet);
                    }
                } catch (IOException e) {
                    return;
                }
            }
        });
        Health up = first(target("echo", echo.getLocalPort(), "udp"));
        assertTrue(up.up());
        assertEquals("answered", up.last());
        assertEquals("weir health check\n", asked.take());
        silent.set(true);
        Health down = await();
        assertFalse(down.up());
        assertEquals("no answer within 400 ms, though it has answered before", down.last());
    }

    @Test
    void shouldTellSilentUdpServerFromNone() throws Exception {
        DatagramSocket log = own(new DatagramSocket(0, LOOPBACK));
        Health silent = first(target("log", log.getLocalPort(), "udp"));
        assertTrue(silent.up());
        assertEquals("no answer within 400 ms, and no ICMP error", silent.last());
        int port = log.getLocalPort();
        log.close();
        Health gone = await();
        assertFalse(gone.up());
        assertEquals("port unreachable", gone.last());
        assertDown("port unreachable", target("none", port, "udp"));
    }

    @Test
    void shouldKeepWhatItKnowsWhenOnlyTheWayOfAskingChanges() throws Exception {
        int port = serve(head -> "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
        assertTrue(first(target("a", port, "tcp")).up());
        Target other = target("a", port, "http GET /");
        checker.watch(List.of(other));
        assertTrue(checker.of(other.name()).orElseThrow().up(), "until the new check says otherwise");
        Health down = await();
        assertEquals("HTTP status 500, 200 is right", down.last());
        assertEquals(3, down.streak());

        Target elsewhere = target("a", serve(head -> ""), "tcp");
        checker.watch(List.of(elsewhere));
        assertTrue(await().up(), "another address is another server");
        checker.watch(List.of());
        assertTrue(checker.of(elsewhere.name()).isEmpty());
        assertTrue(checker.allKnown());
    }

    @Test
    void shouldBoundChecksAtOnceAndCheckAllTheSame() throws Exception {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ServerSocket server = own(new ServerSocket(0, 2000, LOOPBACK));
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                try {
                    Socket socket = server.accept();
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            while (socket.getInputStream().read() != '\n') {}
                            Thread.sleep(20);
                            open.decrementAndGet();
                            socket.getOutputStream()
                                    .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
                        } catch (IOException | InterruptedException e) {
                            // the check had enough
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
        int servers = 1000;
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            targets.add(new Target(
                    "many",
                    "s" + i,
                    Endpoint.parse("127.0.0.1:" + server.getLocalPort()),
                    new HealthConfig(
                            HealthConfig.Check.parse("http GET /"),
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(15),
                            2,
                            3)));
        }
        checker.watch(targets);
        for (int i = 0; i < servers; i++) {
            Health health = await();
            assertTrue(health.up(), health::last);
        }
        assertTrue(checker.allKnown());
        assertTrue(most.get() <= 256, () -> most + " at once");
        assertTrue(most.get() > 1, () -> most + " at once");
    }
}
