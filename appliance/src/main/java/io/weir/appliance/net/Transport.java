package io.weir.appliance.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * How Netty talks to the kernel, and the kinds of sockets that go with it.
 *
 * @param name for people
 * @param reason why it is not io_uring; empty when it is
 * @param handlers what an event loop runs on
 * @param server listens for TCP
 * @param client connects by TCP
 * @param datagram UDP
 * @param unixServer listens on a Unix domain socket
 * @param unixAddress the address of one, as {@code unixServer} takes it
 */
public record Transport(
        String name,
        Optional<String> reason,
        IoHandlerFactory handlers,
        Class<? extends ServerSocketChannel> server,
        Class<? extends SocketChannel> client,
        Class<? extends DatagramChannel> datagram,
        Class<? extends ServerChannel> unixServer,
        Function<Path, SocketAddress> unixAddress) {

    /** io_uring where the kernel allows it, else NIO. Looks at the machine once; the answer does not change. */
    public static Transport best() {
        if (IoUring.isAvailable()) {
            return new Transport(
                    "io_uring",
                    Optional.empty(),
                    IoUringIoHandler.newFactory(),
                    IoUringServerSocketChannel.class,
                    IoUringSocketChannel.class,
                    IoUringDatagramChannel.class,
                    IoUringServerDomainSocketChannel.class,
                    path -> new DomainSocketAddress(path.toFile()));
        }
        return nio(rootMessage(IoUring.unavailabilityCause()));
    }

    /**
     * NIO, which works everywhere.
     *
     * @param reason why it is not io_uring
     */
    public static Transport nio(String reason) {
        return new Transport(
                "NIO",
                Optional.of(reason),
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioSocketChannel.class,
                NioDatagramChannel.class,
                NioServerDomainSocketChannel.class,
                UnixDomainSocketAddress::of);
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null
                ? root.toString()
                : root.getMessage().lines().findFirst().orElse("");
    }
}
