package io.weir.appliance.bed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.weir.appliance.bed.KeepAliveFleet.Break;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** One connection of a {@link KeepAliveFleet}, which never blocks. Owned by the fleet's thread. */
final class KeepAliveClient {
    /** A path that is back after 13 s is found at the seventh retransmission: 0.2 s · (2⁷ − 1) = 25.4 s (RFC 6298 §5.5). */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(40);

    private static final int LONGEST_ANSWER = 1024;
    private static final String LENGTH = "content-length: ";

    private final int number;
    private final InetSocketAddress target;
    private final String host;
    private final ByteBuffer answer = ByteBuffer.allocate(LONGEST_ANSWER);
    private SocketChannel channel;
    private boolean connected;
    private boolean waiting;
    private long sentNs;
    private long lastAskedNs;
    private long requests;
    private long answers;
    private long moves;
    private long longestStallNs;
    private String server = "";
    private Break broken;
    private String cause;

    KeepAliveClient(int number, InetSocketAddress target) {
        this.number = number;
        this.target = target;
        String address = target.getAddress().getHostAddress();
        this.host = address.contains(":") ? "[" + address + "]" : address;
    }

    /** Its turn: connects, or asks unless it waits for an answer. */
    void turn(Selector selector, long nowNs) {
        if (broken != null || waiting) {
            return;
        }
        try {
            if (channel == null) {
                sentNs = nowNs;
                waiting = true;
                channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_LINGER, 0); // closes by RST: nothing of it stays behind
                channel.register(selector, SelectionKey.OP_CONNECT, this);
                channel.connect(target);
            } else {
                ask(nowNs);
            }
        } catch (IOException e) {
            end(connected ? Break.RESET : Break.CONNECT, e.toString());
        }
    }

    private void ask(long nowNs) throws IOException {
        requests++;
        ByteBuffer request =
                US_ASCII.encode("GET %s%s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(WebHandler.ECHO, question(), host));
        sentNs = nowNs;
        waiting = true;
        channel.write(request);
        if (request.hasRemaining()) {
            throw new IOException("an idle connection does not take a request");
        }
    }

    private String question() {
        return number + "." + requests;
    }

    /** Its channel has something to tell. */
    void ready(SelectionKey key, long nowNs) {
        if (broken != null) {
            return;
        }
        try {
            if (!connected) {
                channel.finishConnect();
                connected = true;
                waiting = false;
                longestStallNs = Math.max(longestStallNs, nowNs - sentNs);
                key.interestOps(SelectionKey.OP_READ);
                return;
            }
            if (channel.read(answer) < 0) {
                end(Break.CLOSED, "closed by the other end");
                return;
            }
            take(nowNs);
        } catch (IOException e) {
            end(connected ? Break.RESET : Break.CONNECT, e.toString());
        }
    }

    private void take(long nowNs) {
        String text = new String(answer.array(), 0, answer.position(), US_ASCII);
        int head = text.indexOf("\r\n\r\n");
        int body = head + 4;
        if (!waiting || head < 0 && !answer.hasRemaining()) {
            end(Break.WRONG_ANSWER, text);
        }
        if (broken != null || head < 0) {
            return;
        }
        int length = length(text.substring(0, head + 2).toLowerCase(Locale.ROOT));
        if (length < 0 || text.length() > body + length || body + length > LONGEST_ANSWER) {
            end(Break.WRONG_ANSWER, text);
        } else if (text.length() == body + length) {
            finish(text, text.substring(body), nowNs);
        }
    }

    /** The body's length that a head in small letters promises, or -1. */
    private static int length(String head) {
        int at = head.indexOf(LENGTH);
        if (!head.startsWith("http/1.1 200 ") || at < 0) {
            return -1;
        }
        String number = head.substring(at + LENGTH.length(), head.indexOf("\r\n", at));
        return number.matches("\\d{1,4}") ? Integer.parseInt(number) : -1;
    }

    private void finish(String text, String body, long nowNs) {
        int space = body.indexOf(' ');
        if (space <= 0 || !body.substring(space + 1).equals(question())) {
            end(Break.WRONG_ANSWER, text);
            return;
        }
        String by = body.substring(0, space);
        if (!server.isEmpty() && !server.equals(by)) {
            moves++;
        }
        server = by;
        answers++;
        waiting = false;
        lastAskedNs = sentNs;
        longestStallNs = Math.max(longestStallNs, nowNs - sentNs);
        answer.clear();
    }

    /** Gives up waiting. */
    void endOverdue(long nowNs) {
        if (broken == null && waiting && nowNs - sentNs > PATIENCE_NS) {
            end(connected ? Break.NO_ANSWER : Break.CONNECT, "no answer in time");
        }
    }

    private void end(Break how, String why) {
        longestStallNs = Math.max(longestStallNs, waiting ? System.nanoTime() - sentNs : 0);
        broken = how;
        cause = why;
        close();
    }

    void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            cause = cause == null ? e.toString() : cause; // there is nothing more to close
        }
    }

    boolean hasAnswerSince(long sinceNs) {
        return answers > 0 && lastAskedNs - sinceNs >= 0;
    }

    void forgetStalls() {
        longestStallNs = 0;
    }

    /** The longest so far; what it waits for counts. */
    long longestStallNs(long nowNs) {
        return broken == null && waiting ? Math.max(longestStallNs, nowNs - sentNs) : longestStallNs;
    }

    long answers() {
        return answers;
    }

    long moves() {
        return moves;
    }

    String server() {
        return server;
    }

    /** How it broke; null: it is well. */
    Break broken() {
        return broken;
    }

    @Override
    public String toString() {
        return "connection %d to %s, request %d, served by %s: %s"
                .formatted(
                        number,
                        target,
                        requests,
                        server.isEmpty() ? "nobody" : server,
                        broken == null ? "well" : broken + ", " + cause);
    }
}
