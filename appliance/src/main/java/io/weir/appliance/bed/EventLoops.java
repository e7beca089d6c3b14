package io.weir.appliance.bed;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.weir.appliance.net.Transport;
import java.util.concurrent.TimeUnit;

/** The threads that serve the bed's peers, whatever namespace their sockets live in. */
public final class EventLoops implements AutoCloseable {
    private static final int THREADS = 2;

    private final Transport transport = Transport.best();
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(THREADS, new DefaultThreadFactory("peer", true), transport.handlers());

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerSocketChannel> serverChannel() {
        return transport.server();
    }

    Class<? extends DatagramChannel> datagramChannel() {
        return transport.datagram();
    }

    /** Which transport it is. */
    public String transport() {
        return transport.name();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
