package io.weir.appliance.bed;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One connection of a server that speaks first and goes on speaking, as a shell does in which a program runs: lines {@code
 * 0}, {@code 1}, … every {@value #PERIOD_MS} ms; and after {@code >} whatever the client says.
 */
final class TalkingHandler extends SimpleChannelInboundHandler<String> {
    private static final int PERIOD_MS = 10;

    private ScheduledFuture<?> talk;
    private long next;

    @Override
    public void channelActive(ChannelHandlerContext context) {
        talk = context.executor()
                .scheduleAtFixedRate(() -> context.writeAndFlush(next++ + "\r\n"), 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, String line) {
        context.writeAndFlush(">" + line + "\r\n");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        talk.cancel(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
