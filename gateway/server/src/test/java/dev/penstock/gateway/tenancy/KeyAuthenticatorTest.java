package dev.penstock.gateway.tenancy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.Criticality;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Placement;
import dev.penstock.runtime.config.Secret;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeyAuthenticatorTest {
    private static final Secret PEPPER = Secret.of("env:PEPPER", "a pepper of some length");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-20T00:00:00Z"));
    private final NewKey plain = NewKey.generate("team-a", Optional.empty(), RANDOM);
    private final NewKey peppered = NewKey.generate("team-b-2", Optional.of(PEPPER), RANDOM);
    private final KeyAuthenticator authenticator = new KeyAuthenticator(
            keys(key(plain, "models: [m, org/n]"), key(peppered, "models: ['*'], expires: 2026-11-21T00:00:00Z")),
            clock);

    private static AuthConfig keys(String... keys) {
        return Configs.auth("mode: keys\npepper: env:PEPPER\nkeys:\n" + String.join("\n", keys));
    }

    private static String key(NewKey key, String scope) {
        return "  - {id: %s, hash: '%s', tenant: acme, project: web, %s}".formatted(key.id(), key.hash(), scope);
    }

    private Future<Principal> show(String authorization) {
        return authenticator.authenticate(new Credentials(Optional.of(authorization), "192.0.2.1"));
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
                new Principal("team-b-2", "acme", "web", Principal.EVERY_MODEL, Constraints.NONE),
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
        assertEquals(invalid, refusal(show("Bearer sk-pen-")));
        assertEquals(invalid, refusal(show("Bearer " + plain.hash())));
        assertEquals(invalid, refusal(show("Bearer sk-pen-" + "x".repeat(100_000))));
        assertTrue(refusal(show("Basic abc")).contains("Bearer KEY"));
        assertTrue(refusal(authenticator.authenticate(new Credentials(Optional.empty(), "127.0.0.1")))
                .contains("no API key"));
    }

    @Test
    void aKeyMadeWithAnotherPepperIsRefused() {
        NewKey foreign = NewKey.generate("team-b-2", Optional.of(Secret.of("env:P", "another pepper")), RANDOM);
        KeyAuthenticator other = new KeyAuthenticator(keys(key(foreign, "models: []")), clock);
        assertEquals(
                "the API key is not valid",
                refusal(other.authenticate(new Credentials(Optional.of("Bearer " + foreign.key()), "192.0.2.1"))));
    }

    @Test
    void aKeyThatNamesNoModelsMayAskForNone() {
        KeyAuthenticator none = new KeyAuthenticator(keys(key(plain, "models: []")), clock);
        Principal known = none.authenticate(new Credentials(Optional.of("Bearer " + plain.key()), "192.0.2.1"))
                .result();
        assertFalse(known.mayAsk(new ModelId("m")));
        assertTrue(show("Bearer " + peppered.key()).result().mayAsk(new ModelId("whatever")));
    }

    @Test
    void aRotatedKeyIsTakenUntilItsEnd() {
        NewKey next = NewKey.generate("team-a", Optional.of(PEPPER), RANDOM);
        KeyAuthenticator rotated = new KeyAuthenticator(
                keys(
                        key(next, "previous: [{hash: '" + plain.hash() + "', until: 2026-11-20T01:00:00Z}]"),
                        key(peppered, "models: []")),
                clock);
        Credentials old = new Credentials(Optional.of("Bearer " + plain.key()), "192.0.2.1");
        Credentials fresh = new Credentials(Optional.of("Bearer " + next.key()), "192.0.2.1");
        clock.advance(Duration.ofHours(1).minusNanos(1));
        assertTrue(rotated.authenticate(old).succeeded());
        assertTrue(rotated.authenticate(fresh).succeeded());
        clock.advance(Duration.ofNanos(1));
        assertEquals("the API key has been replaced by a newer one", refusal(rotated.authenticate(old)));
        assertTrue(rotated.authenticate(fresh).succeeded());
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, true",
        "10.2.0.1, false",
        "::ffff:10.1.2.3, true",
        "fd00:0:0:0:0:0:0:7, true",
        "fd01::7, false",
        "'', false",
        "no address, false",
    })
    void aKeyIsTakenFromItsNetworksAlone(String peer, boolean taken) {
        KeyAuthenticator bound = new KeyAuthenticator(keys(key(plain, "networks: [10.1.0.0/16, 'fd00::/16']")), clock);
        Future<Principal> result = bound.authenticate(new Credentials(Optional.of("Bearer " + plain.key()), peer));
        assertEquals(taken, result.succeeded());
        if (!taken) {
            assertEquals(
                    GatewayError.Forbidden.network(),
                    assertInstanceOf(GatewayException.class, result.cause()).error());
        }
        String wrong = plain.key().replaceFirst(".{8}$", "aaaaaaaa");
        assertEquals(
                "the API key is not valid",
                refusal(bound.authenticate(new Credentials(Optional.of("Bearer " + wrong), peer))),
                "who has not the key is not told of its networks");
    }

    @Test
    void whatTenantProjectAndKeySayHoldsTogether() {
        AuthConfig config = Configs.auth("""
                mode: keys
                tenants:
                  - id: acme
                    weight: 2.5
                    constraints: {data-class: internal, regions: [eu, us]}
                    projects: [{id: web, constraints: {regions: [eu], max-cost-usd: 0.5}}, {id: other}]
                keys:
                  - id: team-a
                    hash: '%s'
                    tenant: acme
                    project: web
                    sites: [plant-7]
                    endpoints: [chat, embeddings]
                    criticality: critical
                    constraints: {max-cost-usd: 2}
                """.formatted(plain.hash()));
        Principal known = KeyAuthenticator.principal(config, config.keys().getFirst());
        assertEquals(
                new Constraints(
                        DataClass.INTERNAL,
                        Placement.AUTO,
                        Optional.of(Set.of("eu")),
                        Optional.of(Set.of("plant-7")),
                        OptionalDouble.of(0.5),
                        Optional.empty(),
                        OptionalDouble.empty()),
                known.constraints());
        assertEquals(2.5, known.weight());
        assertEquals(Criticality.CRITICAL, known.criticality());
        assertEquals(Set.of(Operation.CHAT, Operation.EMBEDDING), known.operations());
        assertFalse(known.mayDo(Operation.COMPLETION));
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
            assertTrue(key.key().matches("sk-pen-k-[a-z2-7]{52}"), "shape of the key");
            assertTrue(keys.add(key.key()), "the same key twice");
        }
        assertEquals("- id: team-a\n  hash: " + plain.hash() + "\n  models: ['*']\n", plain.yaml());
        assertTrue(plain.hash().toString().startsWith("sha256:"));
        assertTrue(peppered.hash().toString().startsWith("hmac-sha256:"));
        assertFalse(plain.toString().contains(plain.key()));
        assertNotEquals(plain.hash(), peppered.hash());
    }

    @Test
    void theSecretPartIsBase32OfTheRandomBits() {
        NewKey zeros = NewKey.generate("z", Optional.empty(), new FixedBits((byte) 0));
        NewKey ones = NewKey.generate("o", Optional.empty(), new FixedBits((byte) 0xff));
        assertEquals("sk-pen-z-" + "a".repeat(52), zeros.key());
        // 256 bits are 51 characters and one bit, filled with zeros: 10000.
        assertEquals("sk-pen-o-" + "7".repeat(51) + "q", ones.key());
    }

    @Test
    void openModeIsForThisMachine() {
        OpenAuthenticator open = new OpenAuthenticator();
        assertEquals(
                Principal.ANONYMOUS,
                open.authenticate(new Credentials(Optional.of("Bearer whatever"), "::1"))
                        .result());
        assertTrue(refusal(open.authenticate(new Credentials(Optional.empty(), "192.0.2.1")))
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
