package io.weir.appliance.bed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.KeepAliveFleet.Break;
import io.weir.appliance.bed.KeepAliveFleet.Summary;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A fleet and servers on one host, good ones and bad ones. */
class KeepAliveFleetTest {
    private static final Duration PERIOD = Duration.ofMillis(100);
    private static final InetSocketAddress V4 = IpFamily.socketAddress("127.0.0.1", 80);
    private static final InetSocketAddress V6 = IpFamily.socketAddress("::1", 81);

    private static Namespace host;

    @BeforeAll
    static void build() {
        Requires.root();
        Requires.tool("ip");
        Namespace.removeStale();
        host = Namespace.create(9999, "fleet");
    }

    @AfterAll
    static void takeDown() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldAskOnEveryConnectionAgainAndAgain() throws InterruptedException {
        try (EventLoops loops = new EventLoops();
                Peers.Server _ = Peers.web(loops, host, 80, "a");
                Peers.Server _ = Peers.web(loops, host, 81, "b");
                KeepAliveFleet fleet = KeepAliveFleet.start(host, 30, PERIOD, V4, V6)) {
            fleet.awaitRound();
            Summary first = fleet.summary();
            assertEquals(Map.of(), first.breaks(), first::toString);
            assertTrue(first.answered() >= 30, first::toString);
            fleet.mark();
            fleet.awaitRound();
            Summary second = fleet.summary();
            assertTrue(second.answered() >= first.answered() + 30, second::toString);
            assertEquals(0, second.moved());
            assertTrue(second.p99StallMs() <= second.longestStallMs(), second::toString);
            assertEquals(Set.of("a", "b"), new TreeSet<>(fleet.servers()));
        }
    }

    @Test
    void shouldTellThatNobodyListens() throws InterruptedException {
        assertBroken(Break.CONNECT, KeepAliveFleet.start(host, 3, PERIOD, V4));
    }

    @Test
    void shouldTellResetFromClosed() throws Exception {
        assertBroken(Break.CLOSED, "", false);
        assertBroken(Break.RESET, "", true);
    }

    @Test
    void shouldFindAnswersThatWereNotAskedFor() throws Exception {
        assertBroken(Break.WRONG_ANSWER, answer(200, "a 0.2"), false);
        assertBroken(Break.WRONG_ANSWER, answer(200, "a 0.1") + "H", false);
        assertBroken(Break.WRONG_ANSWER, answer(404, "a 0.1"), false);
        assertBroken(Break.WRONG_ANSWER, "HTTP/1.1 200 OK\r\n\r\na 0.1", false);
        assertBroken(Break.CLOSED, answer(200, "a 0.1"), false);
        assertBroken(Break.CLOSED, answer(200, "a 0.1").substring(0, 30), false);
    }

    private static String answer(int status, String body) {
        return "HTTP/1.1 %d Text\r\nContent-Length: %d\r\n\r\n%s".formatted(status, body.length(), body);
    }

    /** A server that answers one request with a text and goes. */
    private static void assertBroken(Break how, String text, boolean reset) throws Exception {
        try (ServerSocket listener = host.call(() -> new ServerSocket(80))) {
            FutureTask<Void> served = host.fork(() -> {
                serve(listener, text, reset);
                return null;
            });
            assertBroken(how, KeepAliveFleet.start(host, 1, PERIOD, V4));
            Namespace.join(served);
        }
    }

    private static void serve(ServerSocket listener, String text, boolean reset) throws IOException {
        try (Socket socket = listener.accept()) {
            socket.setSoLinger(reset, 0);
            int newlines = 0;
            while (newlines < 2) {
                int c = socket.getInputStream().read();
                newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
            }
            socket.getOutputStream().write(text.getBytes(US_ASCII));
        }
    }

    private static void assertBroken(Break how, KeepAliveFleet fleet) throws InterruptedException {
        try (fleet) {
            fleet.awaitRound();
            fleet.awaitRound(); // a first answer may be right, with the wrong thing after it
            Summary summary = fleet.summary();
            assertEquals(Map.of(how, summary.connections()), summary.breaks(), summary::toString);
            assertEquals(summary.connections(), summary.broken());
            assertTrue(summary.firstBreak().contains(how.name()), summary::firstBreak);
        }
    }
}
