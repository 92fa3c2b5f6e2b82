package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.AnswerFacts;
import dev.penstock.protocol.AnswerInspector;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Outcome.FailureClass;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Relays a JSON answer, checked as it comes. Up to the buffer's cap it is held and sent whole, or not at all; a larger one
 * is committed and piped, and broken off where it turns out not to be whole. One in which a foreign model name is to be
 * rewritten is held whatever its size, since the name may stand at its end, unless the process holds all it may.
 */
final class JsonRelay implements AnswerRelay {
    private static final String JSON = "application/json";

    private final InferenceRequest request;
    private final Optional<ModelName> modelName;
    private final AnswerHead head;
    private final ClientFlow flow;
    private final UsageMeter meter;
    private final AttemptClock clock;
    private final BufferBudget budget;
    private final long maxHeldBytes;
    private final long maxAnswerBytes;

    private final AnswerInspector inspector = new AnswerInspector();
    private Buffer held = Buffer.buffer();
    private long bytes;

    JsonRelay(
            InferenceRequest request,
            Optional<ModelName> modelName,
            AnswerHead head,
            ClientFlow flow,
            UsageMeter meter,
            AttemptClock clock,
            BufferBudget budget,
            RelaySettings settings) {
        this.request = request;
        this.modelName = modelName;
        this.head = head;
        this.flow = flow;
        this.meter = meter;
        this.clock = clock;
        this.budget = budget;
        this.maxHeldBytes = modelName.isPresent() ? settings.maxAnswerBytes() : settings.maxBufferedBytes();
        this.maxAnswerBytes = settings.maxAnswerBytes();
        clock.await(FailureClass.STALLED, settings.interToken());
    }

    @Override
    public boolean take(Buffer piece) throws AttemptFailedException {
        clock.touch();
        bytes += piece.length();
        if (bytes > maxAnswerBytes) {
            throw new AttemptFailedException(
                    FailureClass.PROTOCOL, "an answer of more than " + maxAnswerBytes + " bytes");
        }
        if (!inspector.feed(piece.getBytes())) {
            throw new AttemptFailedException(FailureClass.PROTOCOL, "the answer is not JSON");
        }
        if (flow.client().committed()) {
            flow.write(piece);
            return false;
        }
        held.appendBuffer(piece);
        budget.adjust(piece.length());
        if (held.length() > maxHeldBytes || budget.exhausted()) {
            head.commit(JSON);
            Buffer out = held;
            release();
            flow.write(out);
        }
        return false;
    }

    @Override
    public void end() throws AttemptFailedException {
        if (!inspector.finish()) {
            throw new AttemptFailedException(FailureClass.PROTOCOL, "the answer is truncated JSON");
        }
        AnswerFacts facts = inspector.facts();
        meter.report(facts.usage());
        meter.contentBytes(bytes);
        if (flow.client().committed()) {
            flow.client().end();
            return;
        }
        if (facts.error()) {
            throw WorkerRefusal.of(200, held.getBytes(), Optional.empty());
        }
        if (!facts.choices() && request.operation() != Operation.EMBEDDING) {
            throw new AttemptFailedException(FailureClass.PROTOCOL, "the answer has no choices");
        }
        head.answer(JSON, named(held));
        release();
    }

    @Override
    public void release() {
        budget.adjust(-held.length());
        held = Buffer.buffer();
    }

    private Buffer named(Buffer answer) {
        if (modelName.isEmpty()) {
            return answer;
        }
        byte[] json = answer.getBytes();
        return AnswerInspector.inspect(json, 0, json.length)
                .map(facts -> modelName.get().into(json, 0, json.length, 0, facts))
                .orElse(answer);
    }
}
