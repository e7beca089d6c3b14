package io.weir.appliance.health;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.weir.appliance.net.Sockets;
import io.weir.appliance.net.Transport;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Healthy is whose port no ICMP error calls unreachable. A server that has ever answered has to go on answering; silence of
 * one that never has says nothing, and counts as success.
 */
final class UdpCheck implements Check {
    private static final int DNS_PORT = 53;

    /** A query for the root's name servers (RFC 1035 §4.1): what a name server answers. */
    private static final byte[] DNS_QUERY = {'W', 'e', 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1};

    private static final byte[] WORDS = "weir health check\n".getBytes(US_ASCII);

    private final EventLoop loop;
    private final Bootstrap bootstrap;

    UdpCheck(EventLoop loop, Transport transport) {
        this.loop = loop;
        this.bootstrap = new Bootstrap().group(loop).channel(transport.datagram());
    }

    @Override
    public void run(Target target, Health before, Consumer<Outcome> done) {
        Exchange exchange = new Exchange(target, before, done);
        long timeout = Math.max(1, target.config().timeout().toMillis());
        var deadline = loop.schedule(exchange::silence, timeout, TimeUnit.MILLISECONDS);
        exchange.atEnd = () -> deadline.cancel(false);
        bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        exchange.channel = channel;
                        channel.pipeline().addLast(exchange);
                    }
                })
                .connect(Sockets.address(target.address())) // so that ICMP errors come to this socket
                .addListener(connected -> {
                    if (connected.isSuccess()) {
                        exchange.send();
                    } else {
                        exchange.fail(connected.cause());
                    }
                });
    }

    private static final class Exchange extends SimpleChannelInboundHandler<DatagramPacket> {
        private final long start = System.nanoTime();
        private final Target target;
        private final Health before;
        private final Consumer<Outcome> done;
        private Channel channel;
        private Runnable atEnd = () -> {};
        private boolean ended;

        Exchange(Target target, Health before, Consumer<Outcome> done) {
            this.target = target;
            this.before = before;
            this.done = done;
        }

        void send() {
            byte[] payload = target.address().port() == DNS_PORT ? DNS_QUERY : WORDS;
            channel.writeAndFlush(Unpooled.wrappedBuffer(payload)).addListener(written -> {
                if (!written.isSuccess()) {
                    fail(written.cause());
                }
            });
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            end(Outcome.success("answered", latency()));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
        }

        void silence() {
            String text = Failures.silence(target.config().timeout());
            if (before.answered()) {
                end(Outcome.failure(text + ", though it has answered before", latency()));
            } else {
                end(new Outcome(true, text + ", and no ICMP error", latency(), false));
            }
        }

        void fail(Throwable cause) {
            String text = Failures.text(cause, target.config().timeout());
            end(Outcome.failure(text.equals("connection refused") ? "port unreachable" : text, latency()));
        }

        private long latency() {
            return System.nanoTime() - start;
        }

        private void end(Outcome outcome) {
            if (!ended) {
                ended = true;
                atEnd.run();
                if (channel != null) {
                    channel.close();
                }
                done.accept(outcome);
            }
        }
    }
}
