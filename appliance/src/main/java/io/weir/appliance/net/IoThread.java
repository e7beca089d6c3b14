package io.weir.appliance.net;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;

/**
 * The one thread for the sockets of the control plane: admin API and health checks.
 *
 * <p>It is started at once, by the thread that makes it, and so inherits its network namespace: sockets that it opens
 * later live there.
 */
public final class IoThread implements AutoCloseable {
    private static final int STOP_SECONDS = 5;

    private final Transport transport;
    private final EventLoopGroup group;

    /**
     * @param transport what it runs on
     * @param first runs on the thread before anything else; sets its affinity
     */
    public IoThread(Transport transport, Runnable first) {
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                task -> {
                    Thread thread = new FastThreadLocalThread(
                            () -> {
                                first.run();
                                task.run();
                            },
                            "weir-io");
                    thread.setDaemon(true);
                    return thread;
                },
                transport.handlers());
        group.submit(() -> {}).syncUninterruptibly();
    }

    /** What it runs on. */
    public Transport transport() {
        return transport;
    }

    /** Its event loop. */
    public EventLoop loop() {
        return group.next();
    }

    /** Ends the thread; channels that are still open close without a word. */
    @Override
    public void close() {
        group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(2L * STOP_SECONDS, TimeUnit.SECONDS);
    }
}
