package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.weir.appliance.config.AdminConfig;
import io.weir.appliance.config.AdminConfig.Listen;
import io.weir.appliance.net.Sockets;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the admin API of a node on this machine, over TCP or a Unix socket, which the JDK's own client does not know. One
 * request a connection, HTTP/1.0, so that an answer ends where the connection ends.
 */
public final class AdminClient {
    private static final int PATIENCE_SECONDS = 10;
    private static final int LONGEST_ANSWER = 1 << 24;

    /**
     * What the node said.
     *
     * @param status HTTP's status code
     * @param body JSON
     */
    public record Answer(int status, JsonNode body) {
        /** Whether it did what it was asked. */
        public boolean isGood() {
            return status / 100 == 2;
        }
    }

    private final AdminConfig config;

    /**
     * @param config where the node listens, and what it wants to see
     */
    public AdminClient(AdminConfig config) {
        this.config = config;
    }

    /**
     * Sends a request and waits for the answer.
     *
     * @param method HTTP's
     * @param path with its query
     * @param body JSON, or an empty text
     * @throws IOException when nobody answers, or what answers is no node; the message names {@code admin.listen}
     */
    public Answer send(String method, String path, String body) throws IOException {
        FutureTask<Answer> exchange = new FutureTask<>(() -> exchange(method, path, body));
        Thread.ofPlatform().daemon().name("admin-client").start(exchange);
        try {
            return exchange.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("%s: %s".formatted(where(), e.getCause().getMessage()), e.getCause());
        } catch (TimeoutException e) {
            exchange.cancel(true); // closes the channel
            throw new IOException("%s: no answer within %d s".formatted(where(), PATIENCE_SECONDS), e);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("%s: interrupted".formatted(where()), e);
        }
    }

    private String where() {
        return "admin.listen = " + config.listen();
    }

    private Answer exchange(String method, String path, String body) throws IOException {
        byte[] content = body.getBytes(UTF_8);
        StringBuilder head = new StringBuilder("%s %s HTTP/1.0\r\nHost: localhost\r\n".formatted(method, path));
        config.token()
                .ifPresent(token ->
                        head.append("Authorization: Bearer ").append(token).append("\r\n"));
        head.append("Content-Length: ")
                .append(content.length)
                .append("\r\n\r\n")
                .append(body);
        try (SocketChannel channel = SocketChannel.open(address())) {
            ByteBuffer request = ByteBuffer.wrap(head.toString().getBytes(UTF_8));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            InputStream in = Channels.newInputStream(channel);
            return parse(new String(in.readNBytes(LONGEST_ANSWER), UTF_8));
        }
    }

    private SocketAddress address() {
        return switch (config.listen()) {
            case Listen.Unix(var path) -> UnixDomainSocketAddress.of(path);
            case Listen.Tcp(var endpoint) -> Sockets.address(reachable(endpoint));
        };
    }

    /** Who listens on all addresses is here, too. */
    private static Endpoint reachable(Endpoint endpoint) {
        if (!endpoint.address().isUnspecified()) {
            return endpoint;
        }
        return new Endpoint(IpAddress.parse(endpoint.address().isV4() ? "127.0.0.1" : "::1"), endpoint.port());
    }

    private static Answer parse(String text) throws IOException {
        int body = text.indexOf("\r\n\r\n");
        String[] words = text.split("\\s+", 3);
        if (body < 0 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5]\\d\\d")) {
            throw new IOException("what answers there is no node of Weir");
        }
        try {
            return new Answer(Integer.parseInt(words[1]), Reply.JSON.readTree(text.substring(body)));
        } catch (JsonProcessingException e) {
            throw new IOException("what answers there is no node of Weir", e);
        }
    }
}
