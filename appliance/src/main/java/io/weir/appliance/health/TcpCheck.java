package io.weir.appliance.health;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.weir.appliance.net.Sockets;
import io.weir.appliance.net.Transport;
import java.util.function.Consumer;

/** Healthy is who takes a TCP connection; it is closed at once. */
final class TcpCheck implements Check {
    private final Bootstrap bootstrap;

    TcpCheck(EventLoop loop, Transport transport) {
        bootstrap = new Bootstrap().group(loop).channel(transport.client()).handler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                // nothing is said
            }
        });
    }

    @Override
    public void run(Target target, Health before, Consumer<Outcome> done) {
        long start = System.nanoTime();
        int timeout = (int) target.config().timeout().toMillis();
        bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.max(1, timeout))
                .connect(Sockets.address(target.address()))
                .addListener(connected -> {
                    long latency = System.nanoTime() - start;
                    if (connected.isSuccess()) {
                        ((io.netty.channel.ChannelFuture) connected).channel().close();
                        done.accept(Outcome.success("ok", latency));
                    } else {
                        done.accept(Outcome.failure(
                                Failures.text(connected.cause(), target.config().timeout()), latency));
                    }
                });
    }
}
