package io.weir.appliance.ha;

import static io.weir.appliance.bed.NodePair.Member.A;
import static io.weir.appliance.bed.NodePair.Member.B;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.appliance.bed.EventLoops;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodePair;
import io.weir.appliance.bed.NodePair.Member;
import io.weir.appliance.bed.Peers;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import io.weir.appliance.bed.WebConnection;
import io.weir.engine.counters.Counter;
import io.weir.ha.HaState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that nobody uses for a while, and such in which the server does the talking, through two takeovers. */
class SessionTest {
    private static final int SHELL = 2200;
    private static final long IDLE_SECONDS = Long.getLong("weir.idle.seconds", 3);
    private static final int EACH = 2;

    @TempDir
    private static Path directory;

    private static PairStage stage;

    @BeforeAll
    static void build() {
        stage = new PairStage(directory);
        EventLoops loops = stage.bed().own(new EventLoops());
        stage.bed().own(Peers.talker(loops, stage.bed().serverA(), SHELL));
        stage.bed().own(Peers.talker(loops, stage.bed().serverB(), SHELL));
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    private static String shell(IpFamily family) {
        return new VirtualService(
                        family.named("shell"),
                        family,
                        "tcp",
                        SHELL,
                        "rr",
                        List.of(
                                new RealServer("a", family.back(2), SHELL, 1),
                                new RealServer("b", family.back(3), SHELL, 1)))
                .properties();
    }

    /** A client that listens, and seldom says something. */
    private static final class Listener implements AutoCloseable {
        private final Socket socket;
        private final FutureTask<Void> task;
        private final AtomicLong heard = new AtomicLong();
        private volatile String answer = "";

        Listener(IpFamily family) {
            Namespace client = stage.bed().client();
            socket = client.call(() -> {
                Socket connected = new Socket();
                connected.setSoTimeout(WebConnection.PATIENCE_MS);
                connected.connect(family.vip(SHELL), WebConnection.PATIENCE_MS);
                return connected;
            });
            task = client.fork(this::listen);
        }

        private Void listen() throws IOException {
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(">")) {
                    answer = line.substring(1);
                } else {
                    assertEquals(heard.get(), Long.parseLong(line), "none is missing and none comes twice");
                    heard.incrementAndGet();
                }
            }
            return null;
        }

        void awaitMore(long lines, NodePair pair) throws InterruptedException {
            long wanted = heard.get() + lines;
            while (heard.get() < wanted) {
                assertListening(pair);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }

        void say(String text, NodePair pair) throws IOException, InterruptedException {
            socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
            while (!answer.equals(text)) {
                assertListening(pair);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }

        private void assertListening(NodePair pair) {
            if (task.isDone()) {
                Namespace.join(task);
                throw new AssertionError("the server hung up\n" + pair.log());
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void exchange(List<Listener> listeners, NodePair pair, String text)
            throws IOException, InterruptedException {
        for (Listener listener : listeners) {
            listener.awaitMore(50, pair); // without a word of the client's
            listener.say(text, pair);
            listener.awaitMore(5, pair);
        }
    }

    private static void assertNothingLost(NodePair pair) {
        for (Member member : Member.values()) {
            assertEquals(0, pair.count(member, Counter.RECONSTRUCTED_REFUSE), pair::log);
            assertEquals(0, pair.count(member, Counter.RECONSTRUCTED_REPLAY), pair::log);
        }
    }

    @Test
    void shouldGoOnListeningToAServerThroughTwoTakeovers() throws IOException, InterruptedException {
        try (NodePair pair = stage.pair(shell(IpFamily.IPV4), shell(IpFamily.IPV6))) {
            pair.startBoth();
            List<Listener> listeners = new ArrayList<>();
            try {
                for (IpFamily family : IpFamily.values()) {
                    for (int n = 0; n < EACH; n++) {
                        listeners.add(new Listener(family));
                    }
                }
                exchange(listeners, pair, "at first");
                pair.kill(A);
                pair.await(B, HaState.MASTER);
                exchange(listeners, pair, "killed");
                pair.start(A);
                pair.await(A, HaState.MASTER);
                pair.await(B, HaState.BACKUP);
                exchange(listeners, pair, "returned");
            } finally {
                for (Listener listener : listeners) {
                    listener.close();
                }
            }
            assertNothingLost(pair);
        }
    }

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void shouldFindIdleConnectionsLongAfterTwoTakeovers() throws IOException, InterruptedException {
        try (NodePair pair = stage.pair();
                KeptAlive connections = new KeptAlive(stage.bed().client(), pair::log)) {
            pair.startBoth();
            List<String> before = connections.open(EACH).ask();
            pair.kill(A);
            pair.await(B, HaState.MASTER);
            TimeUnit.SECONDS.sleep(IDLE_SECONDS); // what is tested is that nothing happens meanwhile
            assertEquals(before, connections.ask());
            pair.start(A);
            pair.await(A, HaState.MASTER);
            pair.await(B, HaState.BACKUP);
            TimeUnit.SECONDS.sleep(IDLE_SECONDS);
            assertEquals(before, connections.ask());
            assertNothingLost(pair);
        }
    }
}
