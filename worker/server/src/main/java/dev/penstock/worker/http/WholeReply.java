package dev.penstock.worker.http;

import dev.penstock.engine.EngineException;
import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.TokenEvent;
import dev.penstock.engine.language.Usage;
import dev.penstock.protocol.ApiError;
import dev.penstock.worker.config.LimitsConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An answer as one object. Choices grow on the decode thread; the object is written on the exchange's context. */
final class WholeReply implements Reply, GenerationGroup.Hearer {
    private static final int LOGPROB_BYTES = 96;

    private final Exchange exchange;
    private final ReplyShape shape;
    private final long bytesLimit;
    private final GenerationGroup group;
    private final List<Choice> choices = new ArrayList<>();
    private long bytes;
    private boolean cutShort;

    WholeReply(
            Exchange exchange,
            HostedModel.Language hosted,
            GenerationCall call,
            ReplyShape shape,
            LimitsConfig limits) {
        this.exchange = exchange;
        this.shape = shape;
        this.bytesLimit = limits.answer().bytes();
        this.group = new GenerationGroup(hosted.model(), call, this);
        for (int i = 0; i < call.choices(); i++) {
            choices.add(new Choice());
        }
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

    @Override
    public void text(int choice, TokenEvent event) {
        exchange.firstToken();
        bytes += 2L * event.text().length();
        event.logprobs()
                .forEach(logprob ->
                        bytes += (long) LOGPROB_BYTES * (1 + logprob.top().size()));
        if (bytes <= bytesLimit) {
            choices.get(choice).append(event);
        } else {
            cancel();
        }
    }

    @Override
    public void end(int choice, FinishReason reason) {
        choices.get(choice).end(reason);
        cutShort |= reason == FinishReason.CANCELLED || reason == FinishReason.ERROR;
    }

    @Override
    public void done(Usage usage, Optional<EngineException> failure) {
        exchange.context().runOnContext(go -> finish(usage, failure));
    }

    private void finish(Usage usage, Optional<EngineException> failure) {
        if (exchange.ended()) {
            return;
        }
        if (bytes > bytesLimit) {
            exchange.error(ApiError.invalid(
                            400, "the answer exceeds " + bytesLimit + " bytes (expected: a stream, or fewer tokens)")
                    .withCode("answer_too_large"));
            return;
        }
        Optional<ApiError> error = EngineErrors.of(failure, cutShort, exchange.endpoint());
        if (error.isPresent()) {
            exchange.error(error.get());
            return;
        }
        Json out = new Json(1024);
        shape.whole(out, choices, usage);
        exchange.json(out.toBuffer());
    }
}
