package dev.penstock.gateway.http;

import dev.penstock.protocol.JsonLimits;
import dev.penstock.routing.ModelId;
import dev.penstock.runtime.config.ByteSize;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;

/**
 * The routes' numbers.
 *
 * @param maxBody of a request
 * @param bodyTimeout for a request's body to arrive
 * @param json what a body may hold
 * @param startedEpochSeconds told as {@code created} of the models
 * @param logged whether what is answered here, models and unknown paths, is logged, one line each
 * @param virtualModels names listed beside those of the pool's models
 */
public record OpenAiSettings(
        ByteSize maxBody,
        Duration bodyTimeout,
        JsonLimits json,
        long startedEpochSeconds,
        boolean logged,
        SortedSet<ModelId> virtualModels) {
    /** Without virtual models. */
    public OpenAiSettings(
            ByteSize maxBody, Duration bodyTimeout, JsonLimits json, long startedEpochSeconds, boolean logged) {
        this(maxBody, bodyTimeout, json, startedEpochSeconds, logged, Collections.emptySortedSet());
    }
}
