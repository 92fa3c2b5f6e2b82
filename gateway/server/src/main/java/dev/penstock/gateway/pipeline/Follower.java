package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A client that is told what another is told, at its own pace: what it has not taken yet is held, counted in the process's
 * budget, and where that is exhausted it is broken off. Told from any thread; tells its client on its own event loop.
 */
final class Follower {
    /** What the network may have of it at once, in bytes. */
    private static final long HIGH_WATER = 64 << 10;

    private final ClientExchange client;
    private final BufferBudget budget;
    private final Executor place;
    private final Loop loop;
    private final Duration writeStall;
    private final Function<Map<String, String>, Map<String, String>> headers;
    private final Consumer<OptionalLong> whole;
    private final Promise<Ending> done = Promise.promise();
    private final Deque<Event> events = new ArrayDeque<>();
    /** Set while the client is to take something first. */
    private Optional<Loop.Timer> stall = Optional.empty();

    /** Something it is told. */
    sealed interface Event {}

    /** The answer begins. */
    record Head(Map<String, String> headers) implements Event {}

    /** It goes on. Nobody changes it. */
    record Piece(Buffer bytes) implements Event {}

    /** It is whole, and cost that. */
    record End(OptionalLong nanoUsd) implements Event {}

    /** It will not be whole. */
    record Break() implements Event {}

    /** How it came out. */
    enum Ending {
        /** The client has all of it. */
        WHOLE,
        /** The client was sent nothing: it may be answered otherwise. */
        NOTHING,
        /** The client has a part of it. */
        BROKEN,
        /** The client has gone. */
        GONE
    }

    /**
     * A client, on its event loop.
     *
     * @param writeStall how long it may take nothing of what is there for it; then it is reset
     * @param headers its own for those of the answer
     * @param whole called before it is sent the last of the answer
     */
    Follower(
            ClientExchange client,
            BufferBudget budget,
            Loop loop,
            Duration writeStall,
            Function<Map<String, String>, Map<String, String>> headers,
            Consumer<OptionalLong> whole) {
        this.client = client;
        this.budget = budget;
        this.place = loop.place();
        this.loop = loop;
        this.writeStall = writeStall;
        this.headers = headers;
        this.whole = whole;
        client.closed().onComplete(closed -> {
            if (closed.result()) {
                finish(Ending.GONE);
            }
        });
    }

    /** In order. */
    void tell(Event event) {
        place.execute(() -> take(event));
    }

    /** On its event loop, once. */
    Future<Ending> done() {
        return done.future();
    }

    /** When it wants no more. */
    Future<Ending> left() {
        return done.future();
    }

    private void take(Event event) {
        if (done.future().isComplete()) {
            return;
        }
        if (event instanceof Piece piece && !budget.tryTake(piece.bytes.length())) {
            breakOff();
            return;
        }
        events.add(event);
        if (stall.isEmpty()) {
            client.onWritten(this::pump);
            pump();
        }
    }

    private void pump() {
        moving();
        while (!done.future().isComplete() && client.unwrittenBytes() < HIGH_WATER) {
            Event next = events.poll();
            if (next == null) {
                return;
            }
            write(next);
        }
        if (!done.future().isComplete() && !events.isEmpty()) {
            stall = Optional.of(loop.schedule(writeStall, client::reset));
        }
    }

    private void moving() {
        stall.ifPresent(Loop.Timer::cancel);
        stall = Optional.empty();
    }

    private void write(Event event) {
        switch (event) {
            case Head head -> client.commit(200, headers.apply(head.headers));
            case Piece piece -> {
                budget.adjust(-piece.bytes.length());
                client.write(FreeOfCharge.of(piece.bytes));
            }
            case End end -> {
                whole.accept(end.nanoUsd);
                client.end();
                finish(Ending.WHOLE);
            }
            case Break broken -> breakOff();
        }
    }

    private void breakOff() {
        finish(client.committed() ? Ending.BROKEN : Ending.NOTHING);
    }

    private void finish(Ending ending) {
        if (done.tryComplete(ending)) {
            moving();
            client.onWritten(() -> {});
            for (Event each : events) {
                if (each instanceof Piece piece) {
                    budget.adjust(-piece.bytes.length());
                }
            }
            events.clear();
        }
    }
}
