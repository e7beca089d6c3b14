package io.weir.appliance.admin;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One client's connection: a request, its answer, the next request. What a client sends before it has its answer waits in
 * the kernel, for nothing is read meanwhile.
 */
final class Conversation extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final Access access;
    private final Supplier<Routes> routes;
    private final Deadline deadline;
    private final Consumer<Throwable> errors;

    /** From a whole request to its answer's end. */
    private boolean answering;

    /**
     * @param access who may ask
     * @param routes who answers
     * @param deadline of this connection
     * @param errors told of what should not have happened
     */
    Conversation(Access access, Supplier<Routes> routes, Deadline deadline, Consumer<Throwable> errors) {
        this.access = access;
        this.routes = routes;
        this.deadline = deadline;
        this.errors = errors;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    /** What came was part of a request: the rest has to be asked for. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!answering) {
            context.read();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        answering = true;
        deadline.stop();
        if (message.decoderResult().isFailure()) {
            sendAndClose(context, malformed(message.decoderResult().cause()));
            return;
        }
        boolean head = message.method().name().equals("HEAD");
        boolean keepAlive = HttpUtil.isKeepAlive(message);
        HttpVersion version = message.protocolVersion();
        try {
            Request request = Request.of(
                    message.method().name(), message.uri(), headers(message), ByteBufUtil.getBytes(message.content()));
            access.check(request);
            routes.get()
                    .answer(request)
                    .whenComplete((reply, thrown) -> context.executor()
                            .execute(() ->
                                    send(context, thrown == null ? reply : failed(thrown), version, keepAlive, head)));
        } catch (ApiException e) {
            send(context, e.reply(), version, keepAlive, head);
        } catch (RuntimeException e) {
            send(context, failed(e), version, keepAlive, head);
        }
    }

    private static Map<String, String> headers(FullHttpRequest message) {
        Map<String, String> headers = new HashMap<>();
        message.headers()
                .forEach(header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return headers;
    }

    private static Reply malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException e -> Reply.error(414, "the request line is too long", Map.of());
            case TooLongHttpHeaderException e -> Reply.error(431, "the header is too long", Map.of());
            default -> Reply.error(400, "malformed HTTP: " + cause.getMessage(), Map.of());
        };
    }

    private Reply failed(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return Reply.refusal(cause).orElseGet(() -> fault(cause));
    }

    private Reply fault(Throwable cause) {
        errors.accept(cause);
        return Reply.error(500, "this should not have happened; the node's log and weir errors say more", Map.of());
    }

    private void send(
            ChannelHandlerContext context, Reply reply, HttpVersion version, boolean keepAlive, boolean head) {
        FullHttpResponse response = response(reply, head);
        HttpUtil.setKeepAlive(response.headers(), version, keepAlive);
        deadline.restart(context);
        context.writeAndFlush(response).addListener(written -> {
            reply.sent().run();
            if (!keepAlive || !written.isSuccess()) {
                context.close();
            } else {
                answering = false;
                deadline.restart(context);
                context.read();
            }
        });
    }

    /** The last answer of a connection. */
    static void sendAndClose(ChannelHandlerContext context, Reply reply) {
        FullHttpResponse response = response(reply, false);
        HttpUtil.setKeepAlive(response.headers(), HttpVersion.HTTP_1_1, false);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static FullHttpResponse response(Reply reply, boolean head) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(reply.status()),
                head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(reply.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, reply.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff");
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        return response;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof java.io.IOException)) { // else the client has gone away
            errors.accept(cause);
        }
        context.close();
    }
}
