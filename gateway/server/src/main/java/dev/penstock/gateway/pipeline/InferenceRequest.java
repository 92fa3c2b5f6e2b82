package dev.penstock.gateway.pipeline;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A decoded, checked request. Immutable.
 *
 * @param id given back as {@code x-request-id}
 * @param traceParent the W3C trace context sent on: the trace of the client, a span of ours
 * @param operation what is asked
 * @param model of which model
 * @param body the client's bytes
 * @param stream whether events are asked for
 * @param includeUsage whether the client asked for the usage chunk ({@code stream_options.include_usage})
 * @param choices how many answers are asked for, {@code n} times the number of prompts, at least 1
 * @param maxTokens the most tokens one choice may have, as the client set it
 * @param required what the worker must be able to do, the operation's own capability included
 * @param receivedNanos when its head was read, on the process's monotonic clock
 * @param constraints what must hold of whoever runs it
 * @param affinity what of it others may have had before it
 * @param hops the Penstocks it has come through, this one last
 */
public record InferenceRequest(
        String id,
        String traceParent,
        Operation operation,
        ModelId model,
        JsonDocument body,
        boolean stream,
        boolean includeUsage,
        int choices,
        OptionalLong maxTokens,
        Set<Capability> required,
        long receivedNanos,
        Constraints constraints,
        Affinity affinity,
        Hops hops) {
    public InferenceRequest {
        required = Set.copyOf(required);
    }

    /** A request that anybody may run. */
    public InferenceRequest(
            String id,
            String traceParent,
            Operation operation,
            ModelId model,
            JsonDocument body,
            boolean stream,
            boolean includeUsage,
            int choices,
            OptionalLong maxTokens,
            Set<Capability> required,
            long receivedNanos) {
        this(
                id,
                traceParent,
                operation,
                model,
                body,
                stream,
                includeUsage,
                choices,
                maxTokens,
                required,
                receivedNanos,
                Constraints.NONE,
                Affinity.NONE,
                Hops.NONE);
    }

    /** The same request, of which this must hold too. */
    public InferenceRequest within(Constraints more) {
        return more.equals(Constraints.NONE) ? this : with(model, body, constraints.meet(more), affinity, hops);
    }

    /** The same request of another model, whose name stands in its body. */
    public InferenceRequest as(ModelId other) {
        return other.equals(model)
                ? this
                : with(other, body.with("model", quoted(other.value())), constraints, affinity, hops);
    }

    /** The same request, asking for the log probabilities of the tokens. */
    InferenceRequest askingLogprobs() {
        // Of a completion it is the number of alternatives; some servers tell nothing for 0.
        return with(
                model, body.with("logprobs", operation == Operation.CHAT ? "true" : "1"), constraints, affinity, hops);
    }

    /** The same request, of which that is known. */
    public InferenceRequest withAffinity(Affinity known) {
        return with(model, body, constraints, known, hops);
    }

    /** The same request, which has come that way. */
    public InferenceRequest through(Hops way) {
        return with(model, body, constraints, affinity, way);
    }

    private static String quoted(String name) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + "\"";
    }

    private InferenceRequest with(ModelId named, JsonDocument edited, Constraints held, Affinity known, Hops way) {
        return new InferenceRequest(
                id,
                traceParent,
                operation,
                named,
                edited,
                stream,
                includeUsage,
                choices,
                maxTokens,
                required,
                receivedNanos,
                held,
                known,
                way);
    }

    /** The places it takes at a worker: each text that is asked for is a row of a batch; inputs to embed are none. */
    public int places() {
        return operation == Operation.EMBEDDING ? 1 : choices;
    }

    @Override
    public String toString() {
        return "InferenceRequest[" + id + " " + operation + " " + model + (stream ? " stream" : "") + "]";
    }
}
