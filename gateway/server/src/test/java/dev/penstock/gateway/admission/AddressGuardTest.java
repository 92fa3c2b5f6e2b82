package dev.penstock.gateway.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.pipeline.Authenticator;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.tenancy.ManualClock;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AddressGuardTest {
    private static final AuthConfig KEYS = Configs.auth("""
            mode: keys
            address-limits: [{requests: 3, per: 1m}, {requests: 100, per: 1h}]
            keys: [{id: a, hash: 'sha256:%s', models: ['*']}]
            """.formatted("aa".repeat(32)));

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final AddressGuard guard = new AddressGuard(clock);
    private int lookedAt;

    private Future<Principal> check(Credentials shown) {
        lookedAt++;
        return shown.authorization().filter("right"::equals).isPresent()
                ? Future.succeededFuture(new Principal("a"))
                : Future.failedFuture(new GatewayException(new GatewayError.Unauthenticated("wrong")));
    }

    private static GatewayError ask(Authenticator authenticator, String key, String address) {
        Future<Principal> answer = authenticator.authenticate(new Credentials(Optional.of(key), address));
        return answer.succeeded()
                ? new GatewayError.Draining() // stands for none
                : assertInstanceOf(GatewayException.class, answer.cause()).error();
    }

    private static void assertLimited(Duration wait, GatewayError error) {
        assertEquals(
                Optional.of(wait),
                assertInstanceOf(GatewayError.RateLimited.class, error).retryAfter());
    }

    @Test
    void guessersAreNotLookedAtAfterTheirLimit() {
        Authenticator keys = guard.guarding(KEYS, this::check);
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(GatewayError.Unauthenticated.class, ask(keys, "guess", "192.0.2.1"));
        }
        assertLimited(Duration.ofSeconds(20), ask(keys, "guess", "192.0.2.1"));
        assertLimited(Duration.ofSeconds(20), ask(keys, "right", "192.0.2.1"));
        assertEquals(3, lookedAt);
        assertInstanceOf(GatewayError.Draining.class, ask(keys, "right", "192.0.2.2"), "of another address");
        clock.advance(Duration.ofSeconds(20));
        assertInstanceOf(GatewayError.Draining.class, ask(keys, "right", "192.0.2.1"));
    }

    @Test
    void rightKeysCostNothing() {
        Authenticator keys = guard.guarding(KEYS, this::check);
        for (int i = 0; i < 1_000; i++) {
            assertInstanceOf(GatewayError.Draining.class, ask(keys, "right", "192.0.2.1"));
        }
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        Authenticator keys = guard.guarding(KEYS, this::check);
        for (int i = 1; i <= 3; i++) {
            ask(keys, "guess", "2001:db8:0:1::" + i);
        }
        assertInstanceOf(GatewayError.RateLimited.class, ask(keys, "guess", "2001:db8:0:1:ffff::"));
        assertInstanceOf(GatewayError.Unauthenticated.class, ask(keys, "guess", "2001:db8:0:2::1"));
    }

    @Test
    void aReloadForgetsNobody() {
        Authenticator keys = guard.guarding(KEYS, this::check);
        for (int i = 0; i < 3; i++) {
            ask(keys, "guess", "192.0.2.1");
        }
        assertInstanceOf(GatewayError.RateLimited.class, ask(guard.guarding(KEYS, this::check), "guess", "192.0.2.1"));
    }

    @Test
    void onAnOpenGatewayEveryRequestCounts() {
        Authenticator open = guard.guarding(Configs.auth("address-limits: [{requests: 2, per: 10s}]"), this::check);
        ask(open, "right", "127.0.0.1");
        ask(open, "right", "127.0.0.1");
        assertLimited(Duration.ofSeconds(5), ask(open, "right", "127.0.0.1"));
    }

    @Test
    void aFloodOfAddressesTakesNoMemory() {
        Authenticator keys = guard.guarding(KEYS, this::check);
        for (int i = 0; i < 3; i++) {
            ask(keys, "guess", "192.0.2.1");
        }
        for (int i = 0; i < 3 * AddressGuard.MOST_ADDRESSES; i++) {
            ask(keys, "guess", "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
            if (i % 1_000 == 0) {
                assertInstanceOf(
                        GatewayError.RateLimited.class, ask(keys, "guess", "192.0.2.1"), "who goes on is remembered");
            }
        }
        assertTrue(guard.size() <= AddressGuard.MOST_ADDRESSES);
    }
}
