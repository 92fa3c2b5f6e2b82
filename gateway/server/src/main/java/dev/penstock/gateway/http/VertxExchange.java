package dev.penstock.gateway.http;

import dev.penstock.gateway.pipeline.ClientExchange;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;

/** The client's side of a request on a Vert.x server. */
final class VertxExchange implements ClientExchange {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Promise<Boolean> closed = Promise.promise();
    private Future<Void> lastWrite = Future.succeededFuture();
    private Runnable written = () -> {};
    private long unwrittenBytes;
    private boolean committed;
    /** Nothing more may be written: ended, broken off, reset or gone. */
    private boolean over;

    VertxExchange(HttpServerRequest request) {
        this.request = request;
        this.response = request.response();
        response.closeHandler(gone -> left());
        response.exceptionHandler(broken -> left());
    }

    private void left() {
        over = true;
        closed.tryComplete(true);
    }

    @Override
    public void answer(int status, Map<String, String> headers, Buffer body) {
        if (over) {
            return;
        }
        over = true;
        committed = true;
        head(status, headers);
        finishing(WholeAnswer.end(request, body));
    }

    @Override
    public void commit(int status, Map<String, String> headers) {
        if (over) {
            return;
        }
        committed = true;
        head(status, headers);
        response.setChunked(true);
    }

    private void head(int status, Map<String, String> headers) {
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
    }

    @Override
    public boolean committed() {
        return committed;
    }

    @Override
    public void write(Buffer piece) {
        if (over) {
            return;
        }
        int length = piece.length();
        unwrittenBytes += length;
        lastWrite = response.write(piece);
        lastWrite.onComplete(out -> {
            unwrittenBytes -= length;
            if (out.succeeded()) {
                written.run();
            } else {
                left();
            }
        });
    }

    @Override
    public long unwrittenBytes() {
        return unwrittenBytes;
    }

    @Override
    public void onWritten(Runnable progress) {
        written = progress;
    }

    @Override
    public void end() {
        if (!over) {
            over = true;
            finishing(response.end());
        }
    }

    private void finishing(Future<Void> end) {
        end.onComplete(out -> closed.tryComplete(out.failed()));
    }

    @Override
    public void breakOff() {
        if (over) {
            return;
        }
        over = true;
        lastWrite.onComplete(out -> {
            closed.tryComplete(out.failed());
            cut();
        });
    }

    @Override
    public void reset() {
        over = true;
        if (closed.tryComplete(true)) {
            cut();
        }
    }

    private void cut() {
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset();
        } else {
            request.connection().close();
        }
    }

    @Override
    public Future<Boolean> closed() {
        return closed.future();
    }
}
