package io.weir.appliance.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.util.Map;

/** Makes whole requests of what arrives; one that is too long is answered with 413 and the connection's end. */
final class BoundedBodies extends HttpObjectAggregator {
    private final int limit;

    BoundedBodies(int limit) {
        super(limit, true);
        this.limit = limit;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage message) {
        Conversation.sendAndClose(
                context,
                Reply.error(413, "the body is too long; at most %d bytes are right".formatted(limit), Map.of()));
    }
}
