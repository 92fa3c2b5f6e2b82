package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A client's exchange that remembers the answer, once it is told to: at most {@value #MAX_BYTES} bytes, counted in the
 * process's budget. To everybody else it is the client.
 */
final class RecordedExchange implements ClientExchange {
    /** A longer answer is not remembered. */
    static final int MAX_BYTES = 256 << 10;

    private final ClientExchange client;
    private final BufferBudget budget;
    private Optional<Listener> listener = Optional.empty();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private Buffer body = Buffer.buffer();
    private boolean tooLong;

    /** Hears of the end of a recording, once: one of these. */
    interface Listener {
        /** The answer is whole, and what is charged for its body is the listener's to give back. */
        void whole(Answer answer);

        /** The answer is whole and too long. */
        void tooLong();

        /** It came to no whole answer. */
        void failed();
    }

    /** An answer of status 200. */
    record Answer(Map<String, String> headers, Buffer body) {
        /** Says that nothing was run for it. */
        static final String REPLAY = "x-penstock-idempotent-replay";

        private static final String COST = "x-penstock-cost-usd";

        Answer {
            headers = Map.copyOf(headers);
        }

        /** Those of the answer beside {@code own}, those of the request that is answered again, which costs nothing. */
        Map<String, String> again(Map<String, String> own) {
            Map<String, String> all = new LinkedHashMap<>(own);
            headers.forEach(all::putIfAbsent);
            all.keySet().removeIf(name -> name.startsWith("x-ratelimit-"));
            all.computeIfPresent(COST, (name, cost) -> "0");
            all.put(REPLAY, "true");
            return all;
        }
    }

    RecordedExchange(ClientExchange client, BufferBudget budget) {
        this.client = client;
        this.budget = budget;
    }

    /** What is answered from here on is remembered. */
    void record(Listener to) {
        listener = Optional.of(to);
    }

    /** The request is over: what is not whole by now will not be. */
    void over() {
        listener.ifPresent(to -> {
            forget();
            listener = Optional.empty();
            to.failed();
        });
    }

    private void head(int status, Map<String, String> said) {
        if (status == 200) {
            headers.putAll(said);
        } else {
            over();
        }
    }

    private void take(Buffer piece) {
        if (listener.isEmpty() || tooLong) {
            return;
        }
        if (body.length() + piece.length() > MAX_BYTES || !budget.tryTake(piece.length())) {
            forget();
            tooLong = true;
        } else {
            body.appendBuffer(piece);
        }
    }

    private void forget() {
        budget.adjust(-body.length());
        body = Buffer.buffer();
    }

    private void whole() {
        listener.ifPresent(to -> {
            listener = Optional.empty();
            if (tooLong) {
                to.tooLong();
            } else {
                to.whole(new Answer(headers, body));
            }
        });
    }

    @Override
    public void answer(int status, Map<String, String> said, Buffer content) {
        head(status, said);
        take(content);
        whole();
        client.answer(status, said, content);
    }

    @Override
    public void commit(int status, Map<String, String> said) {
        head(status, said);
        client.commit(status, said);
    }

    @Override
    public boolean committed() {
        return client.committed();
    }

    @Override
    public void write(Buffer piece) {
        take(piece);
        client.write(piece);
    }

    @Override
    public long unwrittenBytes() {
        return client.unwrittenBytes();
    }

    @Override
    public void onWritten(Runnable progress) {
        client.onWritten(progress);
    }

    @Override
    public void end() {
        whole();
        client.end();
    }

    @Override
    public void breakOff() {
        over();
        client.breakOff();
    }

    @Override
    public void reset() {
        over();
        client.reset();
    }

    @Override
    public Future<Boolean> closed() {
        return client.closed();
    }
}
