package io.weir.appliance.bed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.security.MessageDigest;

/**
 * One connection of a web server for tests.
 *
 * <p>{@code GET /} answers the server's id, {@code GET /echo/TEXT} the id, a space and the text, {@code GET /peer} the
 * address that the connection comes from, {@code GET /bytes/N} the first N bytes of {@link PatternBytes}, {@code POST
 * /hash} the SHA-256 of the body. Connections are kept alive unless the request says otherwise.
 */
final class WebHandler extends SimpleChannelInboundHandler<HttpObject> {
    /** The beginning of a path that asks for the rest of it. */
    static final String ECHO = "/echo/";

    private static final int CHUNK = 1 << 16;
    private static final String BYTES = "/bytes/";

    private final String id;
    private HttpRequest request;
    private MessageDigest body;
    private long streamed;
    private long streamLength;

    WebHandler(String id) {
        this.id = id;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message instanceof HttpRequest head) {
            request = head;
            body = PatternBytes.digest();
        }
        if (message instanceof HttpContent content && request != null) {
            ByteBuf bytes = content.content();
            if (bytes.isReadable()) {
                body.update(bytes.nioBuffer());
            }
            if (message instanceof LastHttpContent) {
                answer(context);
            }
        }
    }

    private void answer(ChannelHandlerContext context) {
        String path = request.uri();
        if (HttpMethod.POST.equals(request.method()) && "/hash".equals(path)) {
            reply(context, HttpResponseStatus.OK, PatternBytes.hex(body));
        } else if ("/".equals(path)) {
            reply(context, HttpResponseStatus.OK, id);
        } else if (path.startsWith(ECHO)) {
            reply(context, HttpResponseStatus.OK, id + " " + path.substring(ECHO.length()));
        } else if ("/peer".equals(path)) {
            InetSocketAddress peer = (InetSocketAddress) context.channel().remoteAddress();
            reply(context, HttpResponseStatus.OK, peer.getAddress().getHostAddress());
        } else if (path.startsWith(BYTES) && path.substring(BYTES.length()).matches("\\d{1,12}")) {
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            streamed = 0;
            streamLength = Long.parseLong(path.substring(BYTES.length()));
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, streamLength);
            HttpUtil.setKeepAlive(head, HttpUtil.isKeepAlive(request));
            context.write(head);
            stream(context);
        } else {
            reply(context, HttpResponseStatus.NOT_FOUND, "nothing here");
        }
    }

    /** Writes while the connection takes it; goes on when it takes more. */
    private void stream(ChannelHandlerContext context) {
        while (streamed < streamLength && context.channel().isWritable()) {
            byte[] chunk = new byte[(int) Math.min(CHUNK, streamLength - streamed)];
            PatternBytes.read(streamed, chunk, chunk.length);
            streamed += chunk.length;
            context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)));
        }
        if (streamed == streamLength) {
            streamLength = -1;
            end(context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
        }
    }

    private void reply(ChannelHandlerContext context, HttpResponseStatus status, String text) {
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, US_ASCII));
        HttpUtil.setContentLength(response, response.content().readableBytes());
        HttpUtil.setKeepAlive(response, HttpUtil.isKeepAlive(request));
        end(context.writeAndFlush(response));
    }

    private void end(ChannelFuture written) {
        if (!HttpUtil.isKeepAlive(request)) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (streamed < streamLength) {
            stream(context);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
