package dev.penstock.loadtest.mock;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;

/** What can be done to a connection below HTTP; all of it on the connection's event loop. */
final class RawConnection {
    private RawConnection() {}

    private static ChannelHandlerContext contextOf(HttpServerRequest request) {
        if (request.connection() instanceof HttpServerConnection connection) {
            return connection.channelHandlerContext();
        }
        throw new IllegalStateException(
                "a connection without a pipeline: " + request.connection().getClass());
    }

    /** Where bytes are written as they are, after those that the encoder has written before. */
    static ChannelHandlerContext behindEncoder(HttpServerRequest request) {
        return contextOf(request).pipeline().context("httpEncoder");
    }

    /** Writes bytes as they are; who wants to know whether they went out asks {@link #flushed}. */
    static void write(ChannelHandlerContext wire, ByteBuf bytes) {
        ChannelFuture unused = wire.write(bytes, wire.voidPromise());
    }

    /** Flushes; completes when all that was written before has been handed to the system, or the connection has ended. */
    static Future<Void> flushed(ChannelHandlerContext wire) {
        Promise<Void> out = Promise.promise();
        wire.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess()) {
                out.complete();
            } else {
                out.fail(written.cause());
            }
        });
        return out.future();
    }

    /** Ends the connection as a process that was killed, or a firewall, does: with a RST and not a FIN. */
    static void reset(HttpServerRequest request) {
        Channel channel = contextOf(request).channel();
        if (!channel.isOpen()) {
            return; // the other side was first
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close().addListener(closed -> {});
    }
}
