package dev.penstock.gateway.http;

import dev.penstock.protocol.JsonLimits;
import dev.penstock.runtime.config.ByteSize;
import java.time.Duration;

/**
 * The routes' numbers.
 *
 * @param maxBody of a request
 * @param bodyTimeout for a request's body to arrive
 * @param json what a body may hold
 * @param startedEpochSeconds told as {@code created} of the models
 */
public record OpenAiSettings(ByteSize maxBody, Duration bodyTimeout, JsonLimits json, long startedEpochSeconds) {}
