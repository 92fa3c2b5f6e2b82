package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.ClientExchange;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;

/** A client that takes everything at once and counts the bytes. */
final class CountingExchange implements ClientExchange, AnswerHead {
    private final Promise<Boolean> closed = Promise.promise();
    private boolean committed;
    private long bytes;

    long bytes() {
        return bytes;
    }

    @Override
    public void commit(String contentType) {
        committed = true;
    }

    @Override
    public Optional<String> costUsd() {
        return Optional.empty();
    }

    @Override
    public void whole() {}

    @Override
    public void answer(String contentType, Buffer body) {
        answer(200, Map.of(), body);
    }

    @Override
    public void answer(int status, Map<String, String> headers, Buffer body) {
        committed = true;
        write(body);
        end();
    }

    @Override
    public void commit(int status, Map<String, String> headers) {
        committed = true;
    }

    @Override
    public boolean committed() {
        return committed;
    }

    @Override
    public void write(Buffer piece) {
        bytes += piece.length();
    }

    @Override
    public long unwrittenBytes() {
        return 0;
    }

    @Override
    public void onWritten(Runnable progress) {}

    @Override
    public void end() {
        closed.tryComplete(false);
    }

    @Override
    public void breakOff() {
        closed.tryComplete(false);
    }

    @Override
    public void reset() {
        closed.tryComplete(true);
    }

    @Override
    public Future<Boolean> closed() {
        return closed.future();
    }
}
