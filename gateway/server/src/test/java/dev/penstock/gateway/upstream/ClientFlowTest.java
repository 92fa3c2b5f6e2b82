package dev.penstock.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.ClientExchange;
import dev.penstock.gateway.pipeline.Loop;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientFlowTest {
    private static final Loop STILL = new Loop() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public void defer(Runnable task) {
            task.run();
        }

        @Override
        public Executor place() {
            return Runnable::run;
        }

        @Override
        public <T> Future<T> here(Future<T> future) {
            return future;
        }
    };

    /** A client that takes nothing, until it leaves. */
    private static final class Client implements ClientExchange {
        private final Promise<Boolean> closed = Promise.promise();
        private Runnable written = () -> {};
        private long unwritten;

        @Override
        public void answer(int status, Map<String, String> headers, Buffer body) {}

        @Override
        public void commit(int status, Map<String, String> headers) {}

        @Override
        public boolean committed() {
            return true;
        }

        @Override
        public void write(Buffer piece) {
            unwritten += piece.length();
        }

        @Override
        public long unwrittenBytes() {
            return unwritten;
        }

        @Override
        public void onWritten(Runnable progress) {
            written = progress;
        }

        @Override
        public void end() {}

        @Override
        public void breakOff() {}

        @Override
        public void reset() {}

        @Override
        public Future<Boolean> closed() {
            return closed.future();
        }
    }

    private static final class Source implements ReadStream<Buffer> {
        @Override
        public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
            return this;
        }

        @Override
        public ReadStream<Buffer> pause() {
            return this;
        }

        @Override
        public ReadStream<Buffer> resume() {
            return this;
        }

        @Override
        public ReadStream<Buffer> fetch(long amount) {
            return this;
        }

        @Override
        public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
            return this;
        }
    }

    @Test
    void whatIsWrittenOrTakenAfterTheClientHasLeftIsChargedToNobody() {
        BufferBudget budget = new BufferBudget(1 << 20);
        Client client = new Client();
        AttemptClock clock = new AttemptClock(STILL, Long.MAX_VALUE, () -> false, what -> {});
        ClientFlow flow = new ClientFlow(new Source(), client, budget, RelaySettings.DEFAULT, clock, STILL);
        flow.write(Buffer.buffer(new byte[300]));
        assertEquals(300, budget.held());

        client.closed.complete(true);
        assertEquals(0, budget.held());
        flow.write(Buffer.buffer(new byte[100]));
        client.unwritten = 200;
        client.written.run();
        assertEquals(0, budget.held());
    }
}
