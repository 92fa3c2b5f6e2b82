package dev.penstock.runtime.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.List;

/**
 * The request decoder of Vert.x, behind checks on the bytes themselves.
 *
 * <p>The decoder of Vert.x 5.2.0 recognises common header names a word at a time and is not exact about it: it takes
 * {@code Content-!ength} and {@code Content\rLength}, among others, for the real one (CVE-2026-102479). After
 * it, the difference can no longer be seen. So names are taken here as they are, and every byte of the head is scanned
 * once before.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    private final Runnable headBegan;
    private final HeadScanner scanner = new HeadScanner();
    private boolean inHead = true;
    private boolean began;
    private boolean refused;
    private int scanned;

    /**
     * A decoder for one connection.
     *
     * @param headBegan called when the first byte of a request has come
     */
    StrictRequestDecoder(Http1ServerConfig config, Runnable headBegan) {
        super(config);
        this.headBegan = headBegan;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (inHead && buffer.isReadable()) {
            if (!began) {
                began = true;
                headBegan.run();
            }
            String fault = scanner.scan(buffer, buffer.readerIndex() + scanned, buffer.writerIndex());
            if (fault != null) {
                refuse(fault, buffer, out);
                return;
            }
            scanned = buffer.readableBytes();
        }
        int before = buffer.readableBytes();
        int known = out.size();
        super.decode(context, buffer, out);
        scanned = Math.max(0, scanned - (before - buffer.readableBytes()));
        for (int i = known; i < out.size(); i++) {
            track(out.get(i));
        }
    }

    /** Drops all that comes from here on. */
    void discardRest() {
        refused = true;
    }

    private void track(Object decoded) {
        if (decoded instanceof HttpRequest request) {
            inHead = false;
            refused |= !request.decoderResult().isSuccess();
        }
        if (decoded instanceof LastHttpContent) {
            inHead = true;
            began = false;
            scanned = 0;
            scanner.reset();
        }
    }

    private void refuse(String fault, ByteBuf buffer, List<Object> out) {
        refused = true;
        buffer.skipBytes(buffer.readableBytes());
        HttpMessage message = createMessage(new String[] {"GET", "/bad-request", "HTTP/1.1"});
        message.setDecoderResult(DecoderResult.failure(new MalformedRequestException(fault)));
        out.add(message);
        out.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        FramingHeader.checkName(line, start, length);
        return new AsciiString(line, start, length, true);
    }

    /** Both at once is how requests are smuggled; RFC 9112, section 6.1 lets a server refuse them. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new MalformedRequestException("Content-Length beside Transfer-Encoding");
    }
}
