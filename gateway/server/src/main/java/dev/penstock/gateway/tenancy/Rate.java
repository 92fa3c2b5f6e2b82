package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.config.LimitMode;
import java.time.Duration;

/**
 * A token bucket of requests: it holds {@code requests}, and refills evenly at that many every {@code per}.
 *
 * @param requests above 0
 */
public record Rate(long requests, Duration per, LimitMode mode) {}
