package dev.penstock.loadtest.generator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/** A connection to the target, with at most one request on it at a time. On its event loop only. */
final class Connection implements ResponseReader.Target {
    private final NetSocket socket;
    private final LoadLoop loop;
    private final ResponseReader reader = new ResponseReader(this);
    private @Nullable Exchange current;
    private boolean open = true;

    Connection(NetSocket socket, LoadLoop loop) {
        this.socket = socket;
        this.loop = loop;
        socket.handler(this::read);
        socket.exceptionHandler(_ -> socket.close());
        socket.closeHandler(_ -> closed());
    }

    void send(Exchange exchange) {
        current = exchange;
        reader.expect();
        socket.write(exchange.question().bytes());
    }

    /** Gives up on what is under way, and on the connection with it. */
    void abandon() {
        current = null;
        if (open) {
            open = false;
            socket.close();
            loop.gone(this);
        }
    }

    private void read(Buffer bytes) {
        try {
            reader.take(bytes.getBytes());
        } catch (WrongAnswerException wrong) {
            fail(wrong.failure());
        }
    }

    private void closed() {
        try {
            if (!reader.closed()) {
                fail(Failure.CUT);
            }
        } catch (WrongAnswerException wrong) {
            fail(wrong.failure());
        }
        if (open) {
            open = false;
            loop.gone(this);
        }
    }

    private void fail(Failure failure) {
        Exchange failed = current;
        current = null;
        if (open) {
            open = false;
            socket.close();
            loop.gone(this);
        }
        if (failed != null) {
            loop.failed(failed, failure);
        }
    }

    @Override
    public void head(int status, String contentType, Remembered remembered) throws WrongAnswerException {
        Exchange exchange = current;
        if (exchange != null) {
            exchange.head(status, contentType, remembered);
        }
    }

    @Override
    public void body(byte[] bytes, int start, int end) throws WrongAnswerException {
        Exchange exchange = current;
        if (exchange != null) {
            exchange.body(bytes, start, end, System.nanoTime());
        }
    }

    @Override
    public void end(boolean keepAlive) throws WrongAnswerException {
        Exchange exchange = current;
        if (exchange == null) {
            return;
        }
        exchange.check().end();
        current = null;
        if (!keepAlive && open) {
            open = false;
            socket.close();
            loop.gone(this);
        }
        loop.right(exchange);
        if (keepAlive && open) {
            loop.free(this);
        }
    }
}
