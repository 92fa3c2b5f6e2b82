package dev.penstock.loadtest.generator;

import dev.penstock.loadtest.mock.AnswerKey;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A run of load, all of it.
 *
 * @param target {@code http://host:port}, with or without {@code /v1}
 * @param apiKey sent as a bearer token
 * @param headers sent beside those that every request has
 * @param arrivals when requests are sent
 * @param mix what they ask for
 * @param shape what they look like
 * @param warmUp at the start, sent but not counted
 * @param length how long requests are sent after that; what is under way then is waited for
 * @param connections at most this many at once, from 1 to 60,000; requests that find none free wait, and their wait counts
 * @param requestTimeout from the moment a request was due to the end of its answer
 * @param loops event loops, from 1
 * @param seed of arrivals, kinds and prompts
 * @param key of the mock behind the target, if one is; its answers are then checked to the byte
 * @param slo what goodput is judged by
 */
public record LoadPlan(
        URI target,
        Optional<String> apiKey,
        Map<String, String> headers,
        Arrivals arrivals,
        Mix mix,
        RequestShape shape,
        Duration warmUp,
        Duration length,
        int connections,
        Duration requestTimeout,
        int loops,
        long seed,
        Optional<AnswerKey> key,
        Slo slo) {
    /** A plan within its bounds. */
    public LoadPlan {
        headers = Map.copyOf(headers);
        if (connections < 1 || connections > 60_000) {
            throw new IllegalArgumentException("connections: " + connections + " (expected: 1 to 60000)");
        }
        if (loops < 1 || loops > 256) {
            throw new IllegalArgumentException("loops: " + loops + " (expected: 1 to 256)");
        }
        if (warmUp.isNegative() || !length.isPositive() || !requestTimeout.isPositive()) {
            throw new IllegalArgumentException("warm-up " + warmUp + ", length " + length + ", request timeout "
                    + requestTimeout + " (expected: 0 or more, above 0, above 0)");
        }
        String scheme = String.valueOf(target.getScheme());
        if (target.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException(
                    "target: " + target + " (expected: http://host:port or https://host:port)");
        }
    }
}
