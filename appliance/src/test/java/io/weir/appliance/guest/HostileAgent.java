package io.weir.appliance.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A guest agent that does what it must not; it is asked for one thing after the other, by many, until it is closed. */
final class HostileAgent implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    private final ServerSocketChannel server;
    private final Manner manner;
    private final Queue<SocketChannel> clients = new ConcurrentLinkedQueue<>();

    /** What it does once it has heard a line. */
    @FunctionalInterface
    interface Manner {
        void answer(SocketChannel to, String line) throws IOException, InterruptedException;
    }

    private HostileAgent(ServerSocketChannel server, Manner manner) {
        this.server = server;
        this.manner = manner;
    }

    static HostileAgent at(Path socket, Manner manner) {
        try {
            final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            final HostileAgent agent = new HostileAgent(server, manner);
            Thread.ofVirtual().start(agent::serve);
            return agent;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void say(SocketChannel to, String text) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** The right answer to the first question. */
    static boolean synchronise(SocketChannel to, String line) throws IOException {
        final Matcher id = ID.matcher(line);
        if (!line.contains("guest-sync-delimited") || !id.find()) {
            return false;
        }
        say(to, "\u00ff{\"return\": " + id.group(1) + "}\n");
        return true;
    }

    private void serve() {
        try {
            while (true) {
                final SocketChannel client = server.accept();
                clients.add(client);
                Thread.ofVirtual().start(() -> talk(client));
            }
        } catch (final IOException e) {
            // closed
        }
    }

    private void talk(SocketChannel client) {
        final ByteBuffer bytes = ByteBuffer.allocate(4096);
        final StringBuilder line = new StringBuilder();
        try (client) {
            while (client.read(bytes.clear()) >= 0) {
                line.append(StandardCharsets.ISO_8859_1.decode(bytes.flip()));
                for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
                    manner.answer(client, line.substring(0, end));
                    line.delete(0, end + 1);
                }
            }
        } catch (final IOException | InterruptedException e) {
            // the other side has had enough
        }
    }

    /** Ends all conversations, and has no more. */
    void hangUp() throws IOException {
        server.close();
        for (final SocketChannel client : clients) {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
