package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * The exchange of a client whose answer is remembered, and that others may follow: whoever asks the same is told what it is
 * told, as it is told it. To everybody else it is the client.
 *
 * <p>It goes on for whoever follows when the client has gone: {@link #closed} tells of its leaving only when nobody else
 * listens. Up to {@code maxBytes} are held, counted in the process's budget; an answer that gets longer is not remembered, and
 * nobody who comes later can follow it.
 *
 * <p>The exchange is of its request's event loop; who follows is of its own, and may come at any time.
 */
final class KeptExchange implements ClientExchange {
    /** So many may follow one. */
    static final int MAX_FOLLOWERS = 4_096;

    private final ClientExchange first;
    private final BufferBudget budget;
    private final int maxBytes;
    private final Executor place;
    private final Promise<Boolean> closed = Promise.promise();
    private final Promise<Void> over = Promise.promise();

    // Guarded by this.
    private final List<Follower> followers = new ArrayList<>();
    private Optional<Listener> listener = Optional.empty();
    private Optional<Map<String, String>> head = Optional.empty();
    private Buffer body = Buffer.buffer();
    private boolean tooLong;
    private boolean ended;
    private boolean gone;
    private boolean abandoned;

    /** Hears of the end, once: one of these. On the request's event loop. */
    interface Listener {
        /** The answer is whole. Completes when others find it; what is charged for it is given back then. */
        Future<Void> whole(Buffer body);

        /** What it cost, as it is told to who follows. */
        OptionalLong nanoUsd();

        /** It came to no whole answer, to one that is too long, or to one that is known. */
        void failed();
    }

    /**
     * The exchange of a client.
     *
     * @param loop the current event loop is that of the request
     */
    KeptExchange(ClientExchange first, BufferBudget budget, int maxBytes, Loop loop) {
        this.first = first;
        this.budget = budget;
        this.maxBytes = maxBytes;
        this.place = loop.place();
        first.closed().onComplete(done -> firstClosed(done.result()));
    }

    private void firstClosed(boolean left) {
        boolean alone;
        synchronized (this) {
            gone |= left;
            alone = followers.isEmpty() || ended;
        }
        if (!left || alone) {
            closed.tryComplete(left);
        }
    }

    /** Whose exchange it is. */
    ClientExchange first() {
        return first;
    }

    /** What is answered from here on is remembered. */
    synchronized void keep(Listener to) {
        listener = Optional.of(to);
    }

    /** What is answered from here on is known already. */
    void known() {
        failed();
    }

    /** Completes when others find the answer, or will not. */
    Future<Void> over() {
        return over.future();
    }

    /** Tells one more client all of it, from the beginning; whether that can still be. Called on its event loop. */
    synchronized boolean follow(Follower follower) {
        if (ended || tooLong || followers.size() >= MAX_FOLLOWERS) {
            return false;
        }
        followers.add(follower);
        head.ifPresent(said -> follower.tell(new Follower.Head(said)));
        if (body.length() > 0) {
            follower.tell(new Follower.Piece(body.copy()));
        }
        follower.left().onComplete(left -> leave(follower));
        return true;
    }

    private void leave(Follower follower) {
        boolean alone;
        synchronized (this) {
            alone = followers.remove(follower) && followers.isEmpty() && gone && !ended;
        }
        if (alone) {
            place.execute(() -> closed.tryComplete(true));
        }
    }

    /** Nothing more of what is under way is wanted: it ends as if the client had gone, and the answer comes from elsewhere. */
    void abandon() {
        synchronized (this) {
            abandoned = true;
        }
        known();
        closed.tryComplete(true);
    }

    /** The answer from elsewhere. */
    void answerInstead(Map<String, String> headers, Buffer content) {
        synchronized (this) {
            abandoned = false;
        }
        answer(200, headers, content);
    }

    /** The request is over: what is not whole by now will not be. */
    void finish() {
        broken();
    }

    synchronized boolean abandoned() {
        return abandoned;
    }

    /** Whether its client is there, and was told nothing yet. */
    boolean mayBeAnswered() {
        return !committed() && !first.closed().isComplete();
    }

    private void begin(int status, Map<String, String> said) {
        if (status == 200) {
            synchronized (this) {
                head = Optional.of(Map.copyOf(said));
                followers.forEach(each -> each.tell(new Follower.Head(said)));
            }
        } else {
            broken();
        }
    }

    private void take(Buffer piece) {
        boolean nowTooLong = false;
        synchronized (this) {
            if (ended) {
                return;
            }
            if (!followers.isEmpty()) {
                Buffer copy = piece.copy();
                followers.forEach(each -> each.tell(new Follower.Piece(copy)));
            }
            if (tooLong) {
                return;
            }
            if (body.length() + piece.length() > maxBytes || !budget.tryTake(piece.length())) {
                forget();
                tooLong = true;
                nowTooLong = true;
            } else {
                body.appendBuffer(piece);
            }
        }
        if (nowTooLong) {
            failed();
        }
    }

    private void forget() {
        budget.adjust(-body.length());
        body = Buffer.buffer();
    }

    private void failed() {
        Optional<Listener> to;
        synchronized (this) {
            to = listener;
            listener = Optional.empty();
        }
        to.ifPresent(Listener::failed);
        over.tryComplete();
    }

    private void whole() {
        Optional<Listener> to;
        Buffer all;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            to = listener;
            listener = Optional.empty();
            all = body;
            OptionalLong cost = to.map(Listener::nanoUsd).orElse(OptionalLong.empty());
            followers.forEach(each -> each.tell(new Follower.End(cost)));
        }
        to.map(each -> each.whole(all)).orElseGet(Future::succeededFuture).onComplete(kept -> {
            synchronized (this) {
                forget();
            }
            over.tryComplete();
        });
    }

    private void broken() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            forget();
            followers.forEach(each -> each.tell(new Follower.Break()));
        }
        failed();
    }

    /** A client that has gone does not close what was written for others. */
    private void closeIfGone() {
        boolean left;
        synchronized (this) {
            left = gone;
        }
        if (left) {
            closed.tryComplete(true);
        }
    }

    @Override
    public void answer(int status, Map<String, String> headers, Buffer content) {
        if (abandoned()) {
            return;
        }
        begin(status, headers);
        if (status == 200) {
            take(content);
            whole();
        }
        first.answer(status, headers, content);
        closeIfGone();
    }

    @Override
    public void commit(int status, Map<String, String> headers) {
        if (!abandoned()) {
            begin(status, headers);
            first.commit(status, headers);
        }
    }

    @Override
    public synchronized boolean committed() {
        return head.isPresent() || first.committed();
    }

    @Override
    public void write(Buffer piece) {
        if (!abandoned()) {
            take(piece);
            first.write(piece);
        }
    }

    /** As fast as the fastest, while it is held anyway: one that is slow does not hold up who follows. */
    @Override
    public long unwrittenBytes() {
        synchronized (this) {
            if (gone || (!followers.isEmpty() && !tooLong)) {
                return 0;
            }
        }
        return first.unwrittenBytes();
    }

    @Override
    public void onWritten(Runnable progress) {
        first.onWritten(progress);
    }

    @Override
    public void end() {
        if (!abandoned()) {
            whole();
            first.end();
            closeIfGone();
        }
    }

    @Override
    public void breakOff() {
        if (!abandoned()) {
            broken();
            first.breakOff();
            closeIfGone();
        }
    }

    @Override
    public void reset() {
        if (!abandoned()) {
            broken();
            first.reset();
            closeIfGone();
        }
    }

    @Override
    public Future<Boolean> closed() {
        return closed.future();
    }
}
