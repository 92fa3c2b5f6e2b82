package dev.penstock.gateway.pipeline;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One request, as metrics and the request log tell it. Holds no prompt, no answer and no key.
 *
 * @param id the request id
 * @param principal who asked; empty where that was never known
 * @param operation what was asked
 * @param asked the name that was asked for; empty where the body was not readable
 * @param model the model that answered or was tried last; before that, the name that was asked for
 * @param worker who answered, or was tried last
 * @param stream whether events were asked for
 * @param status the HTTP status the client saw; 499 where it left before one
 * @param result {@code ok}, {@code client_gone}, or the error's name in snake case ({@code rate_limited}, ...)
 * @param attempts how many workers were tried
 * @param usage what the answer used
 * @param queued how long it waited for room
 * @param timeToFirstToken from receipt to the first content byte sent on; empty where none was
 * @param total from receipt to the end
 * @param charges what each attempt used, those included whose answer was not sent
 * @param site where the worker runs; empty where there was none
 * @param policy what chose it; empty where nobody was chosen
 * @param hedges copies that were sent since the first gave nothing
 * @param escalations larger models that were asked since an answer was not confident enough
 * @param draws what of the charges is drawn from which lease of a budget
 * @param memory what memory had to do with it
 */
public record RequestRecord(
        String id,
        Optional<Principal> principal,
        Operation operation,
        Optional<ModelId> asked,
        Optional<ModelId> model,
        Optional<WorkerId> worker,
        boolean stream,
        int status,
        String result,
        int attempts,
        TokenUsage usage,
        Duration queued,
        Optional<Duration> timeToFirstToken,
        Duration total,
        List<Charge> charges,
        String site,
        String policy,
        int hedges,
        int escalations,
        List<Spending.Draw> draws,
        MemoryNote memory) {
    public RequestRecord {
        charges = List.copyOf(charges);
        draws = List.copyOf(draws);
    }

    /** One of a model that was asked for by its own name, of which no charges are told. */
    public RequestRecord(
            String id,
            Optional<Principal> principal,
            Operation operation,
            Optional<ModelId> model,
            Optional<WorkerId> worker,
            boolean stream,
            int status,
            String result,
            int attempts,
            TokenUsage usage,
            Duration queued,
            Optional<Duration> timeToFirstToken,
            Duration total) {
        this(
                id,
                principal,
                operation,
                model,
                model,
                worker,
                stream,
                status,
                result,
                attempts,
                usage,
                queued,
                timeToFirstToken,
                total,
                List.of(),
                "",
                "",
                0,
                0,
                List.of(),
                MemoryNote.NONE);
    }

    /** What the request cost in US dollars; empty where the price of anything it used is unknown. */
    public OptionalDouble costUsd() {
        return Charge.total(charges);
    }
}
