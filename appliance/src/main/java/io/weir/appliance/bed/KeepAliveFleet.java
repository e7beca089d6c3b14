package io.weir.appliance.bed;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Many web clients, each with one connection that it keeps, and a request on it at each of its turns; the turns are spread
 * evenly over a period. At its first turn a client connects. Every request asks for something else, and every answer is
 * compared with what was asked.
 *
 * <p>One thread, inside the clients' namespace, does it all; it is the only writer, and holds the fleet's monitor while it
 * works, so that what others read is of one moment. A connection that breaks stays broken.
 */
public final class KeepAliveFleet implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(90);
    private static final long OVERDUE_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WAIT_MS = 5;

    /** How a connection can break. */
    public enum Break {
        /** It could not be opened. */
        CONNECT,
        /** The other end reset it. */
        RESET,
        /** The other end closed it. */
        CLOSED,
        /** Something came that was not asked for. */
        WRONG_ANSWER,
        /** Nothing came for 40 s. */
        NO_ANSWER
    }

    /**
     * What became of the connections.
     *
     * @param connections how many there are, broken or not
     * @param answered answers since the fleet began, each exactly what was asked for
     * @param moved answers by another server than the one before on the same connection
     * @param breaks broken connections, by how they broke; nothing about those that are well
     * @param longestStallMs the longest time from a request to its answer, of all connections, since the last mark; what is
     *     still waited for counts up to now
     * @param p99StallMs of a hundred connections, the one with the second longest stall had one like this
     * @param longestDelayMs how late the fleet's own thread took a turn at most, since the last mark: what the machine that
     *     it runs on adds to stalls
     * @param firstBreak what was wrong with the connection that broke first; empty if none did
     */
    public record Summary(
            int connections,
            long answered,
            long moved,
            Map<Break, Integer> breaks,
            long longestStallMs,
            long p99StallMs,
            long longestDelayMs,
            String firstBreak) {
        /** Connections that broke in any way. */
        public int broken() {
            return breaks.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** Connections that broke in one way. */
        public int broken(Break how) {
            return breaks.getOrDefault(how, 0);
        }
    }

    private final KeepAliveClient[] clients;
    private final long turnNs;
    private final FutureTask<Void> task;
    private volatile boolean ended;
    private long longestDelayNs;
    private String firstBreak = "";

    private KeepAliveFleet(Namespace namespace, int connections, Duration period, InetSocketAddress... targets) {
        clients = new KeepAliveClient[connections];
        for (int n = 0; n < connections; n++) {
            clients[n] = new KeepAliveClient(n, targets[n % targets.length]);
        }
        turnNs = period.toNanos() / connections;
        task = namespace.fork(this::run);
    }

    /**
     * Starts a fleet; {@link #awaitRound} waits until it is complete.
     *
     * @param namespace the clients'
     * @param connections how many
     * @param period from one request of a connection to its next
     * @param targets web servers whose handler is this package's, or what stands before them; in turn
     */
    public static KeepAliveFleet start(
            Namespace namespace, int connections, Duration period, InetSocketAddress... targets) {
        return new KeepAliveFleet(namespace, connections, period, targets);
    }

    private Void run() throws IOException {
        try (Selector selector = Selector.open()) {
            long began = System.nanoTime();
            long lookedNs = began;
            for (long turn = 0; !ended; ) {
                long waitNs = began + turn * turnNs - System.nanoTime();
                if (waitNs > 0) {
                    selector.select(TimeUnit.NANOSECONDS.toMillis(waitNs) + 1);
                } else {
                    selector.selectNow();
                }
                synchronized (this) {
                    read(selector);
                    long nowNs = System.nanoTime();
                    longestDelayNs = Math.max(longestDelayNs, nowNs - (began + turn * turnNs));
                    turn = takeTurns(selector, turn, (nowNs - began) / turnNs, nowNs);
                    if (nowNs - lookedNs > OVERDUE_LOOK_NS) {
                        lookedNs = nowNs;
                        endOverdue(nowNs);
                    }
                    notifyAll();
                }
            }
        } finally {
            for (KeepAliveClient client : clients) {
                client.close();
            }
        }
        return null;
    }

    private void read(Selector selector) {
        for (SelectionKey key : selector.selectedKeys()) {
            KeepAliveClient client = (KeepAliveClient) key.attachment();
            client.ready(key, System.nanoTime());
            noteBreak(client);
        }
        selector.selectedKeys().clear();
    }

    /** Takes the turns that are due, of the last period at most; returns the next. */
    private long takeTurns(Selector selector, long next, long due, long nowNs) {
        long turn = Math.max(next, due - clients.length + 1);
        for (; turn <= due; turn++) {
            KeepAliveClient client = clients[(int) (turn % clients.length)];
            client.turn(selector, nowNs);
            noteBreak(client);
        }
        return turn;
    }

    private void endOverdue(long nowNs) {
        for (KeepAliveClient client : clients) {
            client.endOverdue(nowNs);
            noteBreak(client);
        }
    }

    private void noteBreak(KeepAliveClient client) {
        if (firstBreak.isEmpty() && client.broken() != null) {
            firstBreak = client.toString();
        }
    }

    /**
     * Waits until every connection that is not broken has had an answer to a request that was sent after this call.
     *
     * @throws IllegalStateException when it does not come to that in a minute and a half
     */
    public synchronized void awaitRound() throws InterruptedException {
        long since = System.nanoTime();
        while (!Arrays.stream(clients).allMatch(client -> client.broken() != null || client.hasAnswerSince(since))) {
            if (task.isDone()) {
                Namespace.join(task);
                throw new IllegalStateException("the fleet has been closed");
            }
            if (System.nanoTime() - since > PATIENCE_NS) {
                throw new IllegalStateException("no answer on every connection: " + summary());
            }
            wait(WAIT_MS);
        }
    }

    /** Forgets the stalls so far, and the fleet's own delays. */
    public synchronized void mark() {
        longestDelayNs = 0;
        for (KeepAliveClient client : clients) {
            client.forgetStalls();
        }
    }

    /** How it stands. */
    public synchronized Summary summary() {
        long nowNs = System.nanoTime();
        long answered = 0;
        long moved = 0;
        Map<Break, Integer> breaks = new EnumMap<>(Break.class);
        long[] stalls = new long[clients.length];
        for (int n = 0; n < clients.length; n++) {
            answered += clients[n].answers();
            moved += clients[n].moves();
            stalls[n] = TimeUnit.NANOSECONDS.toMillis(clients[n].longestStallNs(nowNs));
            if (clients[n].broken() != null) {
                breaks.merge(clients[n].broken(), 1, Integer::sum);
            }
        }
        Arrays.sort(stalls);
        return new Summary(
                clients.length,
                answered,
                moved,
                breaks,
                stalls[stalls.length - 1],
                stalls[(stalls.length - 1) * 99 / 100],
                TimeUnit.NANOSECONDS.toMillis(longestDelayNs),
                firstBreak);
    }

    /** Who answered last on each connection; an empty word where nobody has yet. */
    public synchronized List<String> servers() {
        List<String> servers = new ArrayList<>();
        for (KeepAliveClient client : clients) {
            servers.add(client.server());
        }
        return servers;
    }

    /** Ends all connections, by RST: the clients' kernel keeps nothing of them. */
    @Override
    public void close() {
        ended = true;
        Namespace.join(task);
    }
}
