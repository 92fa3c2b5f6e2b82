package dev.penstock.worker.http;

import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.Usage;
import dev.penstock.protocol.ApiError;
import dev.penstock.worker.config.LimitsConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer as an event stream. The head waits for the first piece of text, so that what fails before it has a status of
 * its own. Frames that are ready together go out in one write. Runs on the exchange's context.
 */
final class StreamedReply implements Reply {
    private static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream; charset=utf-8");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence BUFFERING = HttpHeaders.createOptimized("x-accel-buffering");

    private final Exchange exchange;
    private final ReplyShape shape;
    private final boolean includeUsage;
    private final LimitsConfig limits;
    private final StreamInbox inbox;
    private final GenerationGroup group;
    private final PacedResponse paced;
    private final BitSet opened;
    private OptionalLong stallTimer = OptionalLong.empty();
    private boolean cutShort;

    StreamedReply(
            Exchange exchange,
            HostedModel.Language hosted,
            GenerationCall call,
            ReplyShape shape,
            LimitsConfig limits) {
        this.exchange = exchange;
        this.shape = shape;
        this.includeUsage = call.includeUsage();
        this.limits = limits;
        this.opened = new BitSet(call.choices());
        int half = limits.streamBuffer().intBytes() / 2;
        this.inbox =
                new StreamInbox(call.choices(), half, () -> exchange.context().runOnContext(go -> pump()));
        this.group = new GenerationGroup(hosted.model(), call, inbox);
        this.paced = new PacedResponse(exchange.response(), half, this::pump);
    }

    @Override
    public void start() {
        group.start();
    }

    @Override
    public void cancel() {
        group.cancel();
    }

    @Override
    public Usage used() {
        return group.used();
    }

    private void pump() {
        if (exchange.ended()) {
            return;
        }
        if (inbox.overfull()) {
            breakOff("slow_reader");
            return;
        }
        if (holdWhereFull()) {
            return;
        }
        stallTimer.ifPresent(exchange.vertx()::cancelTimer);
        stallTimer = OptionalLong.empty();
        Json out = new Json(1024);
        for (StreamInbox.Item item : inbox.take()) {
            switch (item) {
                case StreamInbox.Piece piece -> text(out, piece);
                case StreamInbox.Item.End end -> end(out, end.choice(), end.reason());
                case StreamInbox.Item.Done done -> {
                    finish(out, done);
                    return;
                }
            }
        }
        if (!out.isEmpty()) {
            write(out);
        }
        holdWhereFull();
    }

    /** A reader that is slow is waited for, with bounds on the time and on what is kept. */
    private boolean holdWhereFull() {
        if (!paced.full()) {
            return false;
        }
        inbox.hold();
        if (stallTimer.isEmpty()) {
            stallTimer = OptionalLong.of(
                    exchange.vertx().setTimer(limits.writeStall().toMillis(), fired -> breakOff("write_stall")));
        }
        return true;
    }

    private void breakOff(String outcome) {
        group.cancel();
        exchange.reset(outcome);
    }

    private void text(Json out, StreamInbox.Piece piece) {
        exchange.firstToken();
        open(out, piece.choice());
        shape.delta(out, piece.choice(), piece.text(), piece.logprobs());
    }

    private void end(Json out, int choice, FinishReason reason) {
        if (reason == FinishReason.STOP || reason == FinishReason.LENGTH) {
            open(out, choice);
            shape.ending(out, choice, reason);
        } else {
            cutShort = true;
        }
    }

    private void open(Json out, int choice) {
        if (!opened.get(choice)) {
            opened.set(choice);
            shape.opening(out, choice);
        }
    }

    private void finish(Json out, StreamInbox.Item.Done done) {
        Optional<ApiError> error = EngineErrors.of(done.failure(), cutShort, exchange.endpoint());
        if (error.isPresent()) {
            if (!out.isEmpty()) {
                write(out);
            }
            exchange.error(error.get());
            return;
        }
        if (includeUsage) {
            shape.usage(out, done.usage());
        }
        head().end(out.raw(ReplyShape.DONE).toBuffer());
        exchange.end("ok");
    }

    private void write(Json out) {
        head();
        paced.write(out.toBuffer());
    }

    private HttpServerResponse head() {
        HttpServerResponse response = exchange.response();
        if (!response.headWritten()) {
            exchange.head(200)
                    .setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM)
                    .putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE)
                    .putHeader(BUFFERING, "no");
        }
        return response;
    }
}
