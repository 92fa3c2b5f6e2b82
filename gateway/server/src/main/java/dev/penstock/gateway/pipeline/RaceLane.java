package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The client's exchange as one of two racing attempts sees it. Whoever first has a head to send gets the client; to the
 * other the client has left.
 */
final class RaceLane implements ClientExchange {
    private final ClientExchange client;
    private final Predicate<RaceLane> wins;
    private final Promise<Boolean> closed = Promise.promise();
    private Runnable progress = () -> {};
    private boolean won;
    private boolean lost;

    /** A lane; {@code wins} says whether it is the first to ask. */
    RaceLane(ClientExchange client, Predicate<RaceLane> wins) {
        this.client = client;
        this.wins = wins;
        client.closed().onSuccess(closed::tryComplete);
    }

    boolean lost() {
        return lost;
    }

    /** The other has won. */
    void lose() {
        lost = true;
        closed.tryComplete(true);
    }

    /** Takes the client, if the other has not: its answer is sent at once. */
    void take() {
        takes();
    }

    private boolean takes() {
        if (!won && !lost && wins.test(this)) {
            won = true;
            client.onWritten(progress);
        }
        return won;
    }

    @Override
    public void answer(int status, Map<String, String> headers, Buffer body) {
        if (takes()) {
            client.answer(status, headers, body);
        }
    }

    @Override
    public void commit(int status, Map<String, String> headers) {
        if (takes()) {
            client.commit(status, headers);
        }
    }

    @Override
    public boolean committed() {
        return won && client.committed();
    }

    @Override
    public void write(Buffer piece) {
        if (won) {
            client.write(piece);
        }
    }

    @Override
    public long unwrittenBytes() {
        return won ? client.unwrittenBytes() : 0;
    }

    @Override
    public void onWritten(Runnable callback) {
        progress = callback;
        if (won) {
            client.onWritten(callback);
        }
    }

    @Override
    public void end() {
        if (won) {
            client.end();
        }
    }

    @Override
    public void breakOff() {
        if (won) {
            client.breakOff();
        }
    }

    @Override
    public void reset() {
        if (won) {
            client.reset();
        }
    }

    @Override
    public Future<Boolean> closed() {
        return closed.future();
    }
}
