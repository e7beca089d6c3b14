package io.weir.appliance.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.weir.appliance.config.AdminConfig;
import io.weir.appliance.config.AdminConfig.Listen;
import io.weir.appliance.net.IoThread;
import io.weir.appliance.net.Sockets;
import io.weir.appliance.net.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/**
 * The admin API's socket. Everything about a connection is bounded: how many there are, how long a request may be and may
 * take, and what waits for an answer.
 */
public final class AdminServer implements AutoCloseable {
    /** Connections at a time; further ones are closed at once. */
    static final int CONNECTIONS = 64;
    /** Bytes of the request line. */
    static final int LINE = 4096;
    /** Bytes of all headers. */
    static final int HEADERS = 8192;
    /** Bytes of a request's body. */
    static final int BODY = 1 << 16;
    /** From the connection, or the answer before, to the end of a request; and for taking the answer. */
    static final long WITHIN_MS = 30_000;

    private static final int BACKLOG = 64;
    private static final long STOP_MS = 5_000;

    private final ChannelGroup connections;
    private final Listen where;
    private final EventLoop loop;
    private Channel listening;

    /** Set once the node is there to be asked; read by the I/O thread. */
    private volatile Routes routes = Routes.starting();

    private AdminServer(Listen where, IoThread io) {
        this.where = where;
        this.loop = io.loop();
        this.connections = new DefaultChannelGroup(loop, true);
    }

    /**
     * Listens, in the calling thread's network namespace, and answers that the node is starting.
     *
     * @param config where, and who may ask
     * @param io the thread that serves
     * @param errors told of what should not have happened
     * @throws IOException when the address is taken, or cannot be had; the message names the key
     */
    public static AdminServer listen(AdminConfig config, IoThread io, Consumer<Throwable> errors) throws IOException {
        return listen(config, io, errors, WITHIN_MS);
    }

    static AdminServer listen(AdminConfig config, IoThread io, Consumer<Throwable> errors, long withinMs)
            throws IOException {
        AdminServer server = new AdminServer(config.listen(), io);
        server.bind(io, new Access(config), errors, withinMs);
        return server;
    }

    /** From now on answers for this node. */
    public void serve(NodeView node) {
        routes = Api.routes(node);
    }

    private void bind(IoThread io, Access access, Consumer<Throwable> errors, long withinMs) throws IOException {
        Transport transport = io.transport();
        Class<? extends ServerChannel> kind;
        SocketAddress address;
        switch (where) {
            case Listen.Tcp(var endpoint) -> {
                kind = transport.server();
                address = Sockets.address(endpoint);
            }
            case Listen.Unix(var path) -> {
                removeStale(path);
                kind = transport.unixServer();
                address = transport.unixAddress().apply(path);
            }
        }
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (connections.size() > CONNECTIONS) { // the listening one is among them
                            channel.close();
                            return;
                        }
                        connections.add(channel);
                        Deadline deadline = new Deadline(withinMs);
                        channel.pipeline()
                                .addLast(
                                        deadline,
                                        new HttpServerCodec(new HttpDecoderConfig()
                                                .setMaxInitialLineLength(LINE)
                                                .setMaxHeaderSize(HEADERS)),
                                        new BoundedBodies(BODY),
                                        new FlowControlHandler(),
                                        new Conversation(access, () -> routes, deadline, errors));
                    }
                });
        if (where instanceof Listen.Tcp) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true);
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw failure(bound.cause());
        }
        listening = bound.channel();
        connections.add(listening);
        if (where instanceof Listen.Unix(var path)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    }

    /** A socket that a killed node left; one that somebody serves stays, and so does a file that is no socket. */
    private void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!(boolean) Files.getAttribute(path, "isOther", LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    "admin.listen = %s: there is a file that is no socket; another path is right".formatted(where));
        }
        try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("admin.listen = %s: another process listens there; another path is right (%s)"
                    .formatted(where, other.getRemoteAddress()));
        } catch (ConnectException e) {
            Files.deleteIfExists(path);
        }
    }

    private IOException failure(Throwable cause) {
        String what = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new IOException("admin.listen = %s: cannot listen there: %s".formatted(where, what), cause);
    }

    /** Where it listens; the port is the one that the kernel gave if the configured one is 0. */
    SocketAddress address() {
        return listening.localAddress();
    }

    /** Closes the socket and all connections, and waits until no answer is being made any more; any number of times. */
    @Override
    public void close() throws IOException {
        connections.close().awaitUninterruptibly(STOP_MS);
        loop.submit(() -> {}).awaitUninterruptibly(STOP_MS); // behind whatever was being answered
        if (where instanceof Listen.Unix(var path)) {
            Files.deleteIfExists(path);
        }
    }
}
