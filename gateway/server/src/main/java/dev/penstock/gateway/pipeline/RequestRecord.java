package dev.penstock.gateway.pipeline;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.WorkerId;
import java.time.Duration;
import java.util.Optional;

/**
 * One request, as metrics and the request log tell it. Holds no prompt, no answer and no key.
 *
 * @param id the request id
 * @param principal who asked; empty where that was never known
 * @param operation what was asked
 * @param model of which model; empty where the body was not readable
 * @param worker who answered, or was tried last
 * @param stream whether events were asked for
 * @param status the HTTP status the client saw; 499 where it left before one
 * @param result {@code ok}, {@code client_gone}, or the error's name in snake case ({@code rate_limited}, ...)
 * @param attempts how many workers were tried
 * @param usage what was used
 * @param queued how long it waited for room
 * @param timeToFirstToken from receipt to the first content byte sent on; empty where none was
 * @param total from receipt to the end
 */
public record RequestRecord(
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
        Duration total) {}
