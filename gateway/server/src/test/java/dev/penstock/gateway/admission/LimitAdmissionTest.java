package dev.penstock.gateway.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.AdmissionDecision.Admitted;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimit;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimits;
import dev.penstock.gateway.pipeline.AdmissionDecision.Rejected;
import dev.penstock.gateway.pipeline.AdmissionLease;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.TokenReserve;
import dev.penstock.gateway.tenancy.ManualClock;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.TokenUsage;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LimitAdmissionTest {
    private static final InferenceRequest REQUEST = Requests.chat("m");
    private static final Principal A = new Principal("a");
    private static final Principal B = new Principal("b");
    /** As many tokens as the tests reckon with. */
    private static final TokenReserve RESERVE = new TokenReserve(100, 400);

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final List<String> errors = new ArrayList<>();
    private TokenReserve reserve = RESERVE;
    private OptionalLong counted = OptionalLong.empty();
    private int counts;

    private static AuthConfig keys(String common, String ofA) {
        return Configs.auth("""
                mode: keys
                default-limits: [%s]
                keys:
                  - {id: a, hash: 'sha256:%s', limits: [%s]}
                  - {id: b, hash: 'sha256:%s'}
                """.formatted(common, "aa".repeat(32), ofA, "bb".repeat(32)));
    }

    private static String rate(long requests, int seconds) {
        return "{requests: " + requests + ", per: " + seconds + "s, mode: exact}";
    }

    private LimitAdmission admission(AuthConfig config) {
        return LimitAdmission.of(config, clock, SharedLimits.NONE, new TokenReckoning() {
            @Override
            public TokenReserve reserve(Principal principal, InferenceRequest request) {
                return reserve;
            }

            @Override
            public Future<OptionalLong> count(InferenceRequest request, long estimated) {
                counts++;
                return Future.succeededFuture(counted);
            }

            @Override
            public void settled(ModelId model, long reserved, long used) {
                errors.add(model + " " + reserved + " " + used);
            }
        });
    }

    private static AdmissionDecision ask(LimitAdmission admission, Principal who) {
        return admission.admit(who, REQUEST).result();
    }

    private static AdmissionLease lease(AdmissionDecision decision) {
        return assertInstanceOf(Admitted.class, decision).lease();
    }

    private static Rejected rejected(AdmissionDecision decision) {
        return assertInstanceOf(Rejected.class, decision);
    }

    private static RateLimit requests(AdmissionDecision decision) {
        return assertInstanceOf(Admitted.class, decision).limits().requests().orElseThrow();
    }

    private static TokenUsage used(long tokens) {
        return new TokenUsage(tokens, 0, 0, false);
    }

    @Test
    void aBucketGivesWhatItHoldsAndThenSaysHowLongToWait() {
        LimitAdmission admission = admission(keys("", rate(2, 10)));
        assertEquals(new RateLimit(2, 1, Duration.ofSeconds(5)), requests(ask(admission, A)));
        assertInstanceOf(Admitted.class, ask(admission, A));
        clock.advance(Duration.ofSeconds(2));
        Rejected rejected = rejected(ask(admission, A));
        assertEquals(Optional.of(Duration.ofSeconds(3)), rejected.retryAfter());
        assertEquals(
                Optional.of(new RateLimit(2, 0, Duration.ofSeconds(8))),
                rejected.limits().requests());
        assertEquals("limit of 2 requests per 10 s reached for key a", rejected.reason());
        clock.advance(Duration.ofSeconds(3));
        assertInstanceOf(Admitted.class, ask(admission, A));
        assertInstanceOf(Rejected.class, ask(admission, A));
    }

    @Test
    void keysDoNotShareBucketsAndThoseWithoutALimitHaveNone() {
        LimitAdmission shared = admission(keys(rate(1, 60), ""));
        assertInstanceOf(Admitted.class, ask(shared, A));
        assertInstanceOf(Admitted.class, ask(shared, B));
        assertInstanceOf(Rejected.class, ask(shared, A));

        LimitAdmission own = admission(keys("", rate(1, 60)));
        for (int i = 0; i < 100; i++) {
            assertEquals(
                    RateLimits.NONE,
                    assertInstanceOf(Admitted.class, ask(own, B)).limits());
        }
    }

    @Test
    void aReloadKeepsWhatBucketsHold() {
        LimitAdmission admission = admission(keys("", rate(4, 60)));
        ask(admission, A);
        ask(admission, A);
        LimitAdmission same = admission.reloaded(keys(rate(9, 60), rate(4, 60)));
        same.begin();
        assertEquals(1, requests(ask(same, A)).remaining());
        LimitAdmission doubled = same.reloaded(keys("", rate(8, 60)));
        doubled.begin();
        assertEquals(
                new RateLimit(8, 1, Duration.ofMillis(52_500)),
                requests(ask(doubled, A)),
                "a quarter of the bucket was left: 2 of 8, less this one");
        LimitAdmission none = doubled.reloaded(keys("", ""));
        none.begin();
        none.tick();
        LimitAdmission again = none.reloaded(keys("", rate(8, 60)));
        again.begin();
        assertEquals(7, requests(ask(again, A)).remaining(), "a limit that was gone begins anew");
    }

    @Test
    void aModelThatIsNotAllowedIsAnsweredAsAnUnknownOneAndCostsARequest() {
        LimitAdmission admission = admission(keys("", rate(2, 60) + ", {tokens: 500}, {concurrent-requests: 1}"));
        Principal restricted = new Principal("a", Set.of(new ModelId("only")));
        GatewayException refused = assertInstanceOf(
                GatewayException.class, admission.admit(restricted, REQUEST).cause());
        assertEquals(new GatewayError.UnknownModel(new ModelId("m"), List.of()), refused.error());
        assertEquals(
                0,
                requests(admission.admit(restricted, Requests.chat("only")).result())
                        .remaining());
    }

    private static final String LEVELS =
            """
            mode: keys
            limits: [{tokens: 3000, per: 1m}]
            tenants:
              - id: acme
                limits: [{requests: 4, per: 1m}]
                projects: [{id: web, limits: [{requests: 3, per: 1m}]}]
            keys:
              - {id: a, tenant: acme, project: web, hash: 'sha256:%s', limits: [{requests: 1, per: 1m, model: big}, {requests: 100}]}
              - {id: b, tenant: acme, project: web, hash: 'sha256:%s'}
              - {id: c, tenant: acme, project: app, hash: 'sha256:%s'}
              - {id: d, tenant: other, project: web, hash: 'sha256:%s'}
            """.formatted("aa".repeat(32), "bb".repeat(32), "cc".repeat(32), "dd".repeat(32));

    private static Principal of(String key, String tenant, String project) {
        return new Principal(key, tenant, project, Set.of(new ModelId("m"), new ModelId("big")), Constraints.NONE);
    }

    @Test
    void everyLevelHoldsForAllBelowIt() {
        reserve = new TokenReserve(100, 0);
        LimitAdmission admission = admission(Configs.auth(LEVELS));
        Principal a = of("a", "acme", "web");
        Principal b = of("b", "acme", "web");
        Principal c = of("c", "acme", "app");
        Principal d = of("d", "other", "web");
        assertInstanceOf(
                Admitted.class, admission.admit(a, Requests.chat("big")).result());
        assertEquals(
                "limit of 1 requests per 60 s of big reached for key a",
                rejected(admission.admit(a, Requests.chat("big")).result()).reason());
        assertEquals(1, requests(ask(admission, a)).remaining(), "of the project, which leaves the least");
        assertInstanceOf(Admitted.class, ask(admission, b));
        assertEquals(
                "limit of 3 requests per 60 s reached for project acme/web",
                rejected(ask(admission, b)).reason());
        assertInstanceOf(Admitted.class, ask(admission, c));
        assertEquals(
                "limit of 4 requests per 60 s reached for tenant acme",
                rejected(ask(admission, c)).reason());
        for (int i = 0; i < 26; i++) {
            assertInstanceOf(Admitted.class, ask(admission, d), "another tenant's project of the same name");
        }
        assertEquals(
                "limit of 3000 tokens per 60 s reached for everybody: 3000 at a stretch, 3000 used, 100 needed",
                rejected(ask(admission, d)).reason());
    }

    @Test
    void whoIsRefusedByTwoLimitsIsToldToWaitForBoth() {
        LimitAdmission admission = admission(keys("", rate(1, 10) + ", {tokens: 500, per: 1m}"));
        ask(admission, A);
        Rejected rejected = rejected(ask(admission, A));
        assertEquals(Optional.of(Duration.ofMinutes(1)), rejected.retryAfter());
        assertEquals(
                "limit of 500 tokens per 60 s reached for key a: 500 at a stretch, 500 used, 500 needed",
                rejected.reason());
    }

    @Test
    void tokensAreTakenBeforehandAndSettledAfterwards() {
        LimitAdmission admission = admission(keys("", "{tokens: 1000, per: 1m}"));
        AdmissionDecision first = ask(admission, A);
        assertEquals(
                Optional.of(new RateLimit(1000, 500, Duration.ofSeconds(30))),
                assertInstanceOf(Admitted.class, first).limits().tokens());
        AdmissionLease second = lease(ask(admission, A));
        assertInstanceOf(Rejected.class, ask(admission, A));
        lease(first).settle(used(200));
        lease(first).settle(used(0));
        assertEquals(300, admission.limits(A).tokens().orElseThrow().remaining(), "the surplus, once");
        second.settle(used(900));
        assertEquals(0, admission.limits(A).tokens().orElseThrow().remaining());
        assertEquals(
                Optional.of(Duration.ofSeconds(36)),
                rejected(ask(admission, A)).retryAfter(),
                "100 are owed, and 500 needed, at 1000 a minute");
        assertEquals(List.of("m 500 200", "m 500 900"), errors);
    }

    @Test
    void whatFailedOrCameFromACacheCostsNoTokens() {
        LimitAdmission admission = admission(keys("", "{tokens: 500, per: 31d}, {requests: 5, per: 31d}"));
        for (int i = 0; i < 5; i++) {
            lease(ask(admission, A)).settle(TokenUsage.NONE);
        }
        assertEquals(
                "limit of 5 requests per 2678400 s reached for key a; there is room in 535680 s",
                rejected(ask(admission, A)).reason());
    }

    @Test
    void whatIsLargerThanTheWholeIsNeverAdmitted() {
        LimitAdmission admission = admission(keys("", "{tokens: 1000, burst: 300}"));
        reserve = new TokenReserve(301, 10);
        Rejected rejected = rejected(ask(admission, A));
        assertEquals(Optional.empty(), rejected.retryAfter());
        assertEquals(
                "the request needs 301 tokens and can never be admitted: the limit of 1000 tokens per 60 s for key a"
                        + " gives 300 at a stretch",
                rejected.reason());
        reserve = new TokenReserve(100, 400);
        lease(ask(admission, A)).settle(used(100));
        assertEquals(
                200,
                admission.limits(A).tokens().orElseThrow().remaining(),
                "what is generated is a guess, cut to fit");
    }

    @Test
    void placesAreFreeAgainAtTheEnd() {
        LimitAdmission admission = admission(keys("", "{concurrent-requests: 3}, {concurrent-streams: 1}"));
        InferenceRequest stream = Requests.stream("m");
        AdmissionLease streaming = lease(admission.admit(A, stream).result());
        Rejected rejected = rejected(admission.admit(A, stream).result());
        assertEquals("limit of 1 streams at once reached for key a: all are running", rejected.reason());
        assertEquals(Optional.of(Duration.ofSeconds(1)), rejected.retryAfter());
        AdmissionLease second = lease(ask(admission, A));
        lease(ask(admission, A));
        assertEquals(
                "limit of 3 requests at once reached for key a: all are running",
                rejected(ask(admission, A)).reason());
        second.settle(used(10));
        second.settle(used(10));
        lease(ask(admission, A));
        assertInstanceOf(Rejected.class, ask(admission, A));
        streaming.settle(TokenUsage.NONE);
        assertInstanceOf(Admitted.class, admission.admit(A, stream).result());
    }

    @Test
    void anEstimateThatIsTooCloseToTellIsCounted() {
        LimitAdmission admission = admission(keys("", "{tokens: 1000, per: 31d}"));
        reserve = new TokenReserve(400, 100);
        AdmissionLease first = lease(ask(admission, A));
        assertEquals(0, counts, "500 are not near 1000");
        first.settle(used(480));
        counted = OptionalLong.of(430);
        Rejected rejected = rejected(ask(admission, A));
        assertEquals(1, counts, "500 are near the 520 that are left");
        assertEquals(
                "limit of 1000 tokens per 2678400 s reached for key a: 1000 at a stretch, 480 used, 530 needed; there is"
                        + " room in 26784 s",
                rejected.reason());
        counted = OptionalLong.empty();
        lease(ask(admission, A)).settle(used(10));
        assertEquals(2, counts, "without a count the estimate stands");
        reserve = new TokenReserve(950, 0);
        counted = OptionalLong.of(1_001);
        assertEquals(Optional.empty(), rejected(ask(admission, A)).retryAfter(), "more than the whole, as counted");
    }
}
