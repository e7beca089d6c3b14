package io.weir.appliance.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose peer takes too long: to send a whole request, counted from the connection or the answer before,
 * or to take an answer. However the bytes trickle, a connection's time is bounded.
 */
final class Deadline extends ChannelInboundHandlerAdapter {
    private final long withinMs;
    private ScheduledFuture<?> pending;

    Deadline(long withinMs) {
        this.withinMs = withinMs;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        restart(context);
    }

    /** Event loop: the peer's time begins anew. */
    void restart(ChannelHandlerContext context) {
        stop();
        pending = context.executor().schedule(() -> context.channel().close(), withinMs, TimeUnit.MILLISECONDS);
    }

    /** Event loop: it is this node's turn. */
    void stop() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }
}
