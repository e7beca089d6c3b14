package io.weir.appliance.health;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.weir.appliance.config.HealthConfig;
import io.weir.appliance.net.Sockets;
import io.weir.appliance.net.Transport;
import io.weir.scheduler.Endpoint;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Healthy is who answers {@code GET path} with the right status, whole and in time; of a long body the first {@value #BODY}
 * bytes are enough. HTTP/1.1, a connection each time, redirects are not followed.
 */
final class HttpCheck implements Check {
    static final int BODY = 1 << 16;

    private static final int LINE = 4096;
    private static final int HEADERS = 1 << 15;
    private static final int HTTP_PORT = 80;

    private final EventLoop loop;
    private final Bootstrap bootstrap;

    HttpCheck(EventLoop loop, Transport transport) {
        this.loop = loop;
        this.bootstrap = new Bootstrap().group(loop).channel(transport.client());
    }

    @Override
    public void run(Target target, Health before, Consumer<Outcome> done) {
        Exchange exchange = new Exchange(target, done);
        int timeout = (int) Math.max(1, target.config().timeout().toMillis());
        var deadline = loop.schedule(exchange::silence, timeout, TimeUnit.MILLISECONDS);
        exchange.atEnd = () -> deadline.cancel(false);
        bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        exchange.channel = channel;
                        channel.pipeline().addLast(new HttpClientCodec(LINE, HEADERS, BODY), exchange);
                    }
                })
                .connect(Sockets.address(target.address()))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        exchange.fail(
                                Failures.text(connected.cause(), target.config().timeout()));
                    }
                });
    }

    /** The value of the Host header; without the port where it is HTTP's own (RFC 9110 §7.2). */
    static String host(Endpoint address) {
        String text = address.toString();
        return address.port() == HTTP_PORT ? text.substring(0, text.lastIndexOf(':')) : text;
    }

    private static final class Exchange extends SimpleChannelInboundHandler<HttpObject> {
        private final long start = System.nanoTime();
        private final Target target;
        private final Consumer<Outcome> done;
        private Channel channel;
        private Runnable atEnd = () -> {};
        private String stage = "";
        private int status;
        private long length;
        private boolean ended;

        Exchange(Target target, Consumer<Outcome> done) {
            this.target = target;
            this.done = done;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            HealthConfig.Check.Http asked =
                    (HealthConfig.Check.Http) target.config().check();
            stage = " to the request";
            FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, asked.path());
            request.headers()
                    .set(HttpHeaderNames.HOST, host(target.address()))
                    .set(HttpHeaderNames.USER_AGENT, "weir")
                    .set(HttpHeaderNames.ACCEPT, "*/*")
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.writeAndFlush(request);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message.decoderResult().isFailure()) {
                fail("no HTTP: " + message.decoderResult().cause().getMessage());
                return;
            }
            if (message instanceof HttpResponse response
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                status = response.status().code();
                stage = " to the end of the body";
            }
            if (message instanceof HttpContent content && status != 0) {
                length += content.content().readableBytes();
                if (message instanceof LastHttpContent || length >= BODY) {
                    judge();
                }
            }
        }

        private void judge() {
            int right = ((HealthConfig.Check.Http) target.config().check()).status();
            if (status == right) {
                end(Outcome.success("HTTP status " + status, latency()));
            } else {
                fail("HTTP status %d, %d is right".formatted(status, right));
            }
        }

        private long latency() {
            return System.nanoTime() - start;
        }

        void silence() {
            fail(Failures.silence(target.config().timeout()) + stage);
        }

        void fail(String text) {
            end(Outcome.failure(text, latency()));
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

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(status == 0 ? "closed without an HTTP answer" : "closed in the middle of the answer");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(Failures.text(cause, target.config().timeout()));
        }
    }
}
