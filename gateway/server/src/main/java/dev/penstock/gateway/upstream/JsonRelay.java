package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.AnswerFacts;
import dev.penstock.protocol.AnswerInspector;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.runtime.net.HeldBytes;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Relays a JSON answer. Up to the buffer's cap it is held, checked once it is whole, and sent whole or not at all; a larger
 * one is committed and piped, checked as it passes, and broken off where it turns out not to be whole. One in which a foreign model name is to be
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

    /** Of an answer that is too large to be held. */
    private @Nullable AnswerInspector passing;

    private HeldBytes held;
    private long bytes;

    JsonRelay(
            InferenceRequest request,
            Optional<ModelName> modelName,
            long length,
            AnswerHead head,
            ClientFlow flow,
            UsageMeter meter,
            AttemptClock clock,
            BufferBudget budget,
            RelaySettings settings) {
        this.request = request;
        this.modelName = modelName;
        this.held = new HeldBytes(length);
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
        if (passing != null) {
            inspect(passing, piece.getBytes());
            flow.write(piece);
            return false;
        }
        held.add(piece);
        budget.adjust(piece.length());
        if (held.length() > maxHeldBytes || budget.exhausted()) {
            pass();
        }
        return false;
    }

    private void pass() throws AttemptFailedException {
        AnswerInspector inspector = new AnswerInspector();
        byte[] soFar = held.toBytes();
        inspect(inspector, soFar);
        passing = inspector;
        head.commit(JSON);
        release();
        flow.write(HeldBytes.buffer(soFar));
    }

    private static void inspect(AnswerInspector inspector, byte[] piece) throws AttemptFailedException {
        if (!inspector.feed(piece)) {
            throw new AttemptFailedException(FailureClass.PROTOCOL, "the answer is not JSON");
        }
    }

    @Override
    public void end() throws AttemptFailedException {
        meter.contentBytes(bytes);
        if (passing != null) {
            if (!passing.finish()) {
                throw new AttemptFailedException(FailureClass.PROTOCOL, "the answer is truncated JSON");
            }
            meter.report(passing.facts().usage());
            head.whole();
            flow.client().end();
            return;
        }
        byte[] json = held.toBytes();
        AnswerFacts facts = AnswerInspector.inspect(json, 0, json.length)
                .orElseThrow(() ->
                        new AttemptFailedException(FailureClass.PROTOCOL, "the answer is not JSON, or truncated"));
        meter.report(facts.usage());
        if (facts.error()) {
            throw WorkerRefusal.of(200, json, Optional.empty());
        }
        if (!facts.choices() && request.operation() != Operation.EMBEDDING) {
            throw new AttemptFailedException(FailureClass.PROTOCOL, "the answer has no choices");
        }
        head.whole();
        head.answer(
                JSON,
                modelName.isPresent() ? modelName.get().into(json, 0, json.length, 0, facts) : HeldBytes.buffer(json));
        release();
    }

    @Override
    public void release() {
        budget.adjust(-held.length());
        held = new HeldBytes(-1);
    }
}
