package io.weir.appliance.guest;

import io.weir.appliance.guest.GuestException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The Unix domain socket behind which a guest agent is. Every use has a time limit: when it is over the socket is closed
 * under whoever waits, as nobody could tell a late answer from the next one. Lines have a limit, too.
 *
 * <p>One thread, a virtual one: it blocks here at no cost to others.
 */
final class AgentSocket implements AutoCloseable {
    /** Bytes of an answer, at most: more than any that is asked for here. */
    static final int LONGEST_LINE = 1 << 20;
    /** Bytes of others' answers that are thrown away before a delimiter, at most: QEMU's own limit of one file read. */
    static final int LONGEST_REST = 48 << 20;

    private static final int DELIMITER = 0xff;
    private static final int CHUNK = 16 << 10;

    private final SocketChannel channel;
    private final ScheduledExecutorService clock;
    private final Duration limit;
    private final ByteBuffer received = ByteBuffer.allocate(CHUNK).flip();
    private volatile boolean expired;

    private AgentSocket(SocketChannel channel, ScheduledExecutorService clock, Duration limit) {
        this.channel = channel;
        this.clock = clock;
        this.limit = limit;
    }

    /** What may be done within the time limit. */
    @FunctionalInterface
    interface Exchange<T> {
        T run() throws IOException, GuestException;
    }

    /**
     * Connects.
     *
     * @param path of the socket
     * @param clock closes the socket when time is up
     * @param limit of each exchange
     * @throws GuestException if nobody is there
     */
    static AgentSocket connect(Path path, ScheduledExecutorService clock, Duration limit) throws GuestException {
        try {
            final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            final AgentSocket socket = new AgentSocket(channel, clock, limit);
            try {
                socket.within("connecting", () -> channel.connect(UnixDomainSocketAddress.of(path)));
            } catch (final GuestException e) {
                channel.close();
                throw new GuestException(e.kind(), path + ": " + e.getMessage(), e);
            }
            return socket;
        } catch (final IOException e) {
            throw new GuestException(Kind.ABSENT, path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Has something done within the limit of one exchange.
     *
     * @param what for the message
     * @throws GuestException if it fails, or time is up; then the socket is of no more use
     */
    <T> T within(String what, Exchange<T> exchange) throws GuestException {
        final ScheduledFuture<?> alarm = clock.schedule(this::expire, limit.toNanos(), TimeUnit.NANOSECONDS);
        try {
            return exchange.run();
        } catch (final IOException e) {
            if (expired) {
                throw new GuestException(Kind.SILENT, what + ": no answer in " + limit.toMillis() + " ms", e);
            }
            final String why = e.getMessage() == null ? "the connection was closed" : e.getMessage();
            throw new GuestException(Kind.ABSENT, what + ": " + why, e);
        } finally {
            alarm.cancel(false);
        }
    }

    private void expire() {
        expired = true;
        try {
            channel.close();
        } catch (final IOException e) {
            // whoever waits hears of it all the same
        }
    }

    void send(byte[] bytes) throws IOException {
        final ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /** Whether something has come that nobody asked for. */
    boolean hasRest() {
        return received.hasRemaining();
    }

    /** Throws away everything up to the next byte 0xff, and it. */
    void skipToDelimiter() throws IOException, GuestException {
        for (long skipped = 0; skipped < LONGEST_REST; skipped++) {
            if (next() == DELIMITER) {
                return;
            }
        }
        throw new GuestException(Kind.GARBLED, "no end of an answer to somebody else");
    }

    /** The next line, without its end. */
    byte[] line() throws IOException, GuestException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = next(); b != '\n'; b = next()) {
            if (line.size() == LONGEST_LINE) {
                throw new GuestException(Kind.GARBLED, "an answer of more than " + LONGEST_LINE + " bytes");
            }
            line.write(b);
        }
        return line.toByteArray();
    }

    private int next() throws IOException {
        if (!received.hasRemaining()) {
            received.clear();
            final int count = channel.read(received);
            received.flip();
            if (count < 0) {
                throw new IOException("the guest agent has closed the connection");
            }
        }
        return received.get() & 0xff;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            // nothing is lost with it
        }
    }
}
