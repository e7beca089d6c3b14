package io.weir.appliance.bed;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads that serve the bed's peers, whatever namespace their sockets live in: on io_uring where the kernel
 * allows, else on NIO.
 */
public final class EventLoops implements AutoCloseable {
    private static final int THREADS = 2;

    private final boolean uring = IoUring.isAvailable();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            THREADS,
            new DefaultThreadFactory("peer", true),
            uring ? IoUringIoHandler.newFactory() : NioIoHandler.newFactory());

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerSocketChannel> serverChannel() {
        return uring ? IoUringServerSocketChannel.class : NioServerSocketChannel.class;
    }

    Class<? extends DatagramChannel> datagramChannel() {
        return uring ? IoUringDatagramChannel.class : NioDatagramChannel.class;
    }

    /** Which transport it is. */
    public String transport() {
        return uring ? "io_uring" : "NIO";
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
