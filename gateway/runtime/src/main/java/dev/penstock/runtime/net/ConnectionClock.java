package dev.penstock.runtime.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of one connection, and its end: how long a head may take, how long a body may take, and how long nothing
 * may happen between requests. A response has no clock here: a model may think for as long as whoever forwards to it allows.
 *
 * <p>A request that arrives in one piece costs no timer. The one timer of a connection looks at what it finds when it
 * fires, and goes on to the next deadline.
 */
final class ConnectionClock extends ChannelDuplexHandler {
    /** What a body has beyond its time before the connection is cut, so that an answer (408) comes first. */
    private static final long BODY_GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long a refused client may take to read its answer. */
    private static final long LINGER_SECONDS = 2;

    private static final long NONE = Long.MAX_VALUE;

    private final long headerNanos;
    private final long bodyNanos;
    private final long idleNanos;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt = NONE;
    private boolean inHead;
    private boolean inBody;
    private boolean refused;
    private int unanswered;
    private long since;

    ConnectionClock(ListenerConfig config) {
        this.headerNanos = config.headerTimeout().toNanos();
        this.bodyNanos = config.bodyTimeout().toNanos();
        this.idleNanos = config.idleTimeout().toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        since = now(added);
        arm(added);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (timer != null) {
            timer.cancel(false);
        }
        context = null;
    }

    /** The first byte of a request has come. */
    void headBegan() {
        if (context != null) {
            inHead = true;
            since = now(context);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) throws Exception {
        if (message instanceof HttpRequest) {
            inHead = false;
            inBody = true;
            unanswered++;
            since = now(reading);
        }
        if (message instanceof LastHttpContent) {
            inBody = false;
        }
        super.channelRead(reading, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reading) throws Exception {
        if (inHead || inBody) {
            arm(reading);
        }
        super.channelReadComplete(reading);
    }

    @Override
    public void write(ChannelHandlerContext writing, Object message, ChannelPromise promise) throws Exception {
        boolean informational = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (message instanceof LastHttpContent && !informational) {
            unanswered = Math.max(0, unanswered - 1);
            if (unanswered == 0 && !inHead && !inBody) {
                since = now(writing);
                arm(writing);
            }
            if (refused) {
                super.write(writing, message, promise.unvoid().addListener(answered -> linger(writing)));
                return;
            }
        }
        super.write(writing, message, promise);
    }

    /** The clock of the connection that a request came on. */
    static Optional<ConnectionClock> of(HttpServerRequest request) {
        return request.connection() instanceof HttpServerConnection connection
                ? Optional.ofNullable(
                        connection.channelHandlerContext().pipeline().get(ConnectionClock.class))
                : Optional.empty();
    }

    /**
     * Nothing that comes is read as HTTP any more: the next answer is the last, and the connection ends after it. On
     * the event loop.
     */
    void refuseRest() {
        if (context == null || refused) {
            return;
        }
        refused = true;
        StrictRequestDecoder decoder = context.pipeline().get(StrictRequestDecoder.class);
        if (decoder != null) {
            decoder.discardRest();
        }
        context.channel().config().setAutoRead(true);
    }

    /**
     * Ends a connection whose client may still be sending. To close at once would reset it, and a reset takes away the
     * answer that the client has not read yet; so what comes is dropped for a moment.
     */
    private void linger(ChannelHandlerContext at) {
        if (at.channel() instanceof DuplexChannel duplex && at.pipeline().get(SslHandler.class) == null) {
            var unused = duplex.shutdownOutput();
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerAt = NONE;
        timer = at.executor().schedule(() -> cut(at), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    /** When what is going on now has taken too long; a head that waits behind an unanswered request has time. */
    private long deadline() {
        if (inBody) {
            return since + bodyNanos + BODY_GRACE_NANOS;
        }
        if (unanswered > 0) {
            return NONE;
        }
        return since + (inHead ? headerNanos : idleNanos);
    }

    private void arm(ChannelHandlerContext at) {
        long deadline = deadline();
        if (deadline == NONE || (timer != null && timerAt <= deadline)) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerAt = deadline;
        timer = at.executor().schedule(() -> fire(at), Math.max(0, deadline - now(at)), TimeUnit.NANOSECONDS);
    }

    private void fire(ChannelHandlerContext at) {
        timer = null;
        timerAt = NONE;
        if (!at.channel().isActive()) {
            return;
        }
        if (deadline() > now(at)) {
            arm(at);
        } else if (inHead && !inBody) {
            refuse(new RequestRejected(408, "header_timeout", "the request's headers did not arrive in time"));
        } else {
            cut(at);
        }
    }

    /** Answers a connection that Vert.x has no request of, past its encoder, and closes it. */
    void refuse(RequestRejected rejection) {
        ChannelHandlerContext at = context;
        if (at == null) {
            return;
        }
        refuseRest();
        byte[] body = Rejections.body(rejection);
        String head = "HTTP/1.1 " + rejection.status() + " " + Rejections.reason(rejection.status())
                + "\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: " + body.length
                + "\r\n\r\n";
        ByteBuf bytes = Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body);
        at.pipeline().context("httpEncoder").writeAndFlush(bytes).addListener(answered -> linger(at));
    }

    private static void cut(ChannelHandlerContext at) {
        var unused = at.close();
    }

    private static long now(ChannelHandlerContext at) {
        return at.executor().ticker().nanoTime();
    }
}
