package io.weir.appliance.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Thousands of TCP connections from one thread: all are opened and held, then each sends a request in every round and
 * reads its answer. Used on one thread inside the client's namespace.
 */
final class ManyConnections implements AutoCloseable {
    private static final ByteBuffer REQUEST = ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: many\r\n\r\n".getBytes(US_ASCII))
            .asReadOnlyBuffer();
    private static final int CONNECTING_AT_ONCE = 128;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(40);

    private final Selector selector = Selector.open();
    private final List<SocketChannel> channels = new ArrayList<>();

    ManyConnections(InetSocketAddress target, int number) throws IOException {
        try {
            int open = 0;
            long start = System.nanoTime();
            while (open < number) {
                while (channels.size() < number && channels.size() - open < CONNECTING_AT_ONCE) {
                    SocketChannel channel = SocketChannel.open();
                    channels.add(channel);
                    channel.configureBlocking(false);
                    channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                    channel.connect(target);
                    channel.register(selector, SelectionKey.OP_CONNECT);
                }
                select(start, open + " of " + number + " connections open");
                for (SelectionKey key : selector.selectedKeys()) {
                    if (((SocketChannel) key.channel()).finishConnect()) {
                        key.interestOps(0);
                        open++;
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** One request on each connection; who answered it, in the order of the connections. */
    List<String> round() throws IOException {
        long start = System.nanoTime();
        for (SocketChannel channel : channels) {
            SelectionKey key = channel.keyFor(selector);
            key.attach(new StringBuilder());
            key.interestOps(SelectionKey.OP_READ);
            channel.write(REQUEST.duplicate());
        }
        int answered = 0;
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (answered < channels.size()) {
            select(start, answered + " of " + channels.size() + " requests answered");
            for (SelectionKey key : selector.selectedKeys()) {
                StringBuilder answer = (StringBuilder) key.attachment();
                if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
                    throw new IOException("closed by the server after \"" + answer + "\"");
                }
                answer.append(US_ASCII.decode(buffer.flip()));
                if (answer.indexOf("\r\n\r\n") >= 0 && answer.length() > answer.indexOf("\r\n\r\n") + 4) {
                    key.interestOps(0);
                    answered++;
                }
            }
            selector.selectedKeys().clear();
        }
        return channels.stream()
                .map(channel -> channel.keyFor(selector).attachment().toString())
                .map(answer -> answer.substring(answer.indexOf("\r\n\r\n") + 4))
                .toList();
    }

    private void select(long start, String progress) throws IOException {
        if (selector.select(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NS)) == 0
                || System.nanoTime() - start > PATIENCE_NS) {
            throw new IOException("only " + progress);
        }
    }

    /** How often each answer occurs. */
    static Map<String, Integer> count(List<String> answers) {
        Map<String, Integer> counts = new TreeMap<>();
        answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
        return counts;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        selector.close();
    }
}
