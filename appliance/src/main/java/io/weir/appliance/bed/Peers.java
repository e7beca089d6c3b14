package io.weir.appliance.bed;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Starts servers inside namespaces: their sockets are made on a thread that is there, and served by common threads. */
public final class Peers {
    private static final int BACKLOG = 4096;
    private static final int LONGEST_DATAGRAM = 65_535;
    private static final int LONGEST_LINE = 512;

    private Peers() {}

    /**
     * A running server.
     *
     * @param channel its listening socket
     */
    public record Server(Channel channel) implements AutoCloseable {
        @Override
        public void close() {
            channel.close().awaitUninterruptibly();
        }
    }

    /**
     * A web server ({@link WebHandler}) on every address of a namespace.
     *
     * @param id what {@code GET /} answers
     */
    public static Server web(EventLoops loops, Namespace namespace, int port, String id) {
        return listen(loops, namespace, port, () -> new ChannelHandler[] {new HttpServerCodec(), new WebHandler(id)});
    }

    /** A server that speaks first, as FTP's control connection does, and knows {@code QUIT}. */
    public static Server greeter(EventLoops loops, Namespace namespace, int port, String id) {
        return listen(loops, namespace, port, () -> new ChannelHandler[] {
            new LineBasedFrameDecoder(LONGEST_LINE),
            new StringDecoder(StandardCharsets.US_ASCII),
            new StringEncoder(StandardCharsets.US_ASCII),
            new GreetingHandler(id)
        });
    }

    /** A server that speaks first and goes on speaking ({@link TalkingHandler}). */
    public static Server talker(EventLoops loops, Namespace namespace, int port) {
        return listen(loops, namespace, port, () -> new ChannelHandler[] {
            new LineBasedFrameDecoder(LONGEST_LINE),
            new StringDecoder(StandardCharsets.US_ASCII),
            new StringEncoder(StandardCharsets.US_ASCII),
            new TalkingHandler()
        });
    }

    /** A server that sends every datagram back to where it came from. */
    public static Server echo(EventLoops loops, Namespace namespace, int port) {
        return echo(loops, namespace, new InetSocketAddress(port));
    }

    /** The same at one address of the namespace. */
    public static Server echo(EventLoops loops, Namespace namespace, InetSocketAddress at) {
        return namespace.call(() -> new Server(new Bootstrap()
                .group(loops.group())
                .channel(loops.datagramChannel())
                .option(ChannelOption.SO_RCVBUF, 1 << 20)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LONGEST_DATAGRAM))
                .handler(new EchoHandler())
                .bind(at)
                .sync()
                .channel()));
    }

    private static Server listen(EventLoops loops, Namespace namespace, int port, Supplier<ChannelHandler[]> handlers) {
        return namespace.call(() -> new Server(new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handlers.get());
                    }
                })
                .bind(port)
                .sync()
                .channel()));
    }

    private static final class EchoHandler extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            context.writeAndFlush(new DatagramPacket(Unpooled.copiedBuffer(packet.content()), packet.sender()));
        }
    }

    private static final class GreetingHandler extends SimpleChannelInboundHandler<String> {
        private final String id;

        private GreetingHandler(String id) {
            this.id = id;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush("220 " + id + " ready\r\n");
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, String line) {
            if ("QUIT".equalsIgnoreCase(line)) {
                context.writeAndFlush("221 Goodbye\r\n").addListener(ChannelFutureListener.CLOSE);
            } else {
                context.writeAndFlush("502 Command not implemented\r\n");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
