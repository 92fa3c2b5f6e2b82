package dev.penstock.gateway.tenancy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.runtime.config.Secret;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeyAuthenticatorTest {
    private static final Secret PEPPER = Secret.of("env:PEPPER", "a pepper of some length");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-20T00:00:00Z"));
    private final NewKey plain = NewKey.generate("team-a", Optional.empty(), RANDOM);
    private final NewKey peppered = NewKey.generate("team-b-2", Optional.of(PEPPER), RANDOM);
    private final KeyAuthenticator authenticator = new KeyAuthenticator(
            keys(key(plain, "models: [m, org/n]"), key(peppered, "expires: 2026-11-21T00:00:00Z")), clock);

    private static AuthConfig keys(String... keys) {
        return Configs.auth("mode: keys\npepper: env:PEPPER\nkeys:\n" + String.join("\n", keys));
    }

    private static String key(NewKey key, String scope) {
        return "  - {id: %s, hash: '%s', tenant: acme, project: web, %s}".formatted(key.id(), key.hash(), scope);
    }

    private Future<Principal> show(String authorization) {
        return authenticator.authenticate(new Credentials(Optional.of(authorization), false));
    }

    private static String refusal(Future<Principal> result) {
        assertTrue(result.failed(), "accepted (expected: refused)");
        GatewayException failure = assertInstanceOf(GatewayException.class, result.cause());
        return assertInstanceOf(GatewayError.Unauthenticated.class, failure.error())
                .reason();
    }

    @Test
    void aKeyIsKnownByItsDigest() {
        Principal known = show("Bearer " + plain.key()).result();
        assertEquals(
                new Principal(
                        "team-a", "acme", "web", Set.of(new ModelId("m"), new ModelId("org/n")), Constraints.NONE),
                known);
        assertTrue(known.mayAsk(new ModelId("org/n")));
        assertFalse(known.mayAsk(new ModelId("other")));
        assertEquals(
                new Principal("team-b-2", "acme", "web", Set.of(), Constraints.NONE),
                show("bearer  " + peppered.key()).result());
    }

    @Test
    void anythingElseIsRefusedAlike() {
        String invalid = "the API key is not valid";
        String wrong = plain.key().substring(0, plain.key().length() - 1)
                + (plain.key().endsWith("a") ? "b" : "a");
        String unknown = NewKey.generate("nobody", Optional.empty(), RANDOM).key();
        assertEquals(invalid, refusal(show("Bearer " + wrong)));
        assertEquals(invalid, refusal(show("Bearer " + unknown)));
        assertEquals(invalid, refusal(show("Bearer " + plain.key().replace("team-a", "team-b-2"))));
        assertEquals(invalid, refusal(show("Bearer " + plain.key().toUpperCase(java.util.Locale.ROOT))));
        assertEquals(invalid, refusal(show("Bearer ")));
        assertEquals(invalid, refusal(show("Bearer pk-")));
        assertEquals(invalid, refusal(show("Bearer " + plain.hash())));
        assertEquals(invalid, refusal(show("Bearer pk-" + "x".repeat(100_000))));
        assertTrue(refusal(show("Basic abc")).contains("Bearer KEY"));
        assertTrue(refusal(authenticator.authenticate(new Credentials(Optional.empty(), true)))
                .contains("no API key"));
    }

    @Test
    void aKeyMadeWithAnotherPepperIsRefused() {
        NewKey foreign = NewKey.generate("team-b-2", Optional.of(Secret.of("env:P", "another pepper")), RANDOM);
        KeyAuthenticator other = new KeyAuthenticator(keys(key(foreign, "models: []")), clock);
        assertEquals(
                "the API key is not valid",
                refusal(other.authenticate(new Credentials(Optional.of("Bearer " + foreign.key()), false))));
    }

    @Test
    void aKeyExpires() {
        clock.advance(Duration.ofDays(1).minusNanos(1));
        assertTrue(show("Bearer " + peppered.key()).succeeded());
        clock.advance(Duration.ofNanos(1));
        assertEquals("the API key has expired", refusal(show("Bearer " + peppered.key())));
        assertTrue(show("Bearer " + plain.key()).succeeded());
    }

    @Test
    void newKeysHave256BitsAndTheirYamlHoldsOnlyTheHash() {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            NewKey key = NewKey.generate("k", Optional.empty(), RANDOM);
            assertTrue(key.key().matches("pk-k-[a-z2-7]{52}"), "shape of the key");
            assertTrue(keys.add(key.key()), "the same key twice");
        }
        assertEquals("- id: team-a\n  hash: " + plain.hash() + "\n", plain.yaml());
        assertTrue(plain.hash().toString().startsWith("sha256:"));
        assertTrue(peppered.hash().toString().startsWith("hmac-sha256:"));
        assertFalse(plain.toString().contains(plain.key()));
        assertNotEquals(plain.hash(), peppered.hash());
    }

    @Test
    void theSecretPartIsBase32OfTheRandomBits() {
        NewKey zeros = NewKey.generate("z", Optional.empty(), new FixedBits((byte) 0));
        NewKey ones = NewKey.generate("o", Optional.empty(), new FixedBits((byte) 0xff));
        assertEquals("pk-z-" + "a".repeat(52), zeros.key());
        // 256 bits are 51 characters and one bit, filled with zeros: 10000.
        assertEquals("pk-o-" + "7".repeat(51) + "q", ones.key());
    }

    @Test
    void openModeIsForThisMachine() {
        OpenAuthenticator open = new OpenAuthenticator();
        assertEquals(
                Principal.ANONYMOUS,
                open.authenticate(new Credentials(Optional.of("Bearer whatever"), true))
                        .result());
        assertTrue(refusal(open.authenticate(new Credentials(Optional.empty(), false)))
                .contains("its own machine"));
    }

    private record FixedBits(byte value) implements java.util.random.RandomGenerator {
        @Override
        public long nextLong() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            java.util.Arrays.fill(bytes, value);
        }
    }
}
