package dev.penstock.loadtest.mock;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;

/** Ends a connection as a process that was killed, or a firewall, does: with a RST and not a FIN. */
final class TcpReset {
    private TcpReset() {}

    static void of(HttpServerRequest request) {
        if (request.connection() instanceof HttpServerConnection connection) {
            Channel channel = connection.channelHandlerContext().channel();
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close().addListener(closed -> {});
        } else {
            request.connection().close();
        }
    }
}
