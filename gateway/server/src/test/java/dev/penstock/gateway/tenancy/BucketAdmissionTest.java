package dev.penstock.gateway.tenancy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.penstock.gateway.Configs;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.AdmissionDecision.Admitted;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimit;
import dev.penstock.gateway.pipeline.AdmissionDecision.Rejected;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.ModelId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BucketAdmissionTest {
    private static final ModelId MODEL = new ModelId("m");
    private static final Principal A = new Principal("a");
    private static final Principal B = new Principal("b");

    private final ManualClock clock = new ManualClock(Instant.EPOCH);

    private static AuthConfig keys(String common, String ofA) {
        return Configs.auth("""
                mode: keys
                default-limits: [%s]
                keys:
                  - {id: a, hash: 'sha256:%s', models: ['*'], limits: [%s]}
                  - {id: b, hash: 'sha256:%s', models: ['*']}
                """.formatted(common, "aa".repeat(32), ofA, "bb".repeat(32)));
    }

    private static String rate(long requests, int seconds) {
        return "{requests: " + requests + ", per: " + seconds + "s, mode: exact}";
    }

    private static AdmissionDecision ask(BucketAdmission admission, Principal who) {
        return admission.admit(who, MODEL).result();
    }

    @Test
    void aBucketGivesWhatItHoldsAndThenSaysHowLongToWait() {
        BucketAdmission admission = BucketAdmission.of(keys("", rate(2, 10)), clock, SharedBuckets.NONE);
        assertEquals(
                Optional.of(new RateLimit(2, 1, Duration.ofSeconds(5))),
                assertInstanceOf(Admitted.class, ask(admission, A)).limit());
        assertInstanceOf(Admitted.class, ask(admission, A));
        clock.advance(Duration.ofSeconds(2));
        Rejected rejected = assertInstanceOf(Rejected.class, ask(admission, A));
        assertEquals(Duration.ofSeconds(3), rejected.retryAfter());
        assertEquals(new RateLimit(2, 0, Duration.ofSeconds(8)), rejected.limit());
        assertEquals("rate limit of 2 requests per 10 s reached for key a", rejected.reason());
        clock.advance(Duration.ofSeconds(3));
        assertInstanceOf(Admitted.class, ask(admission, A));
        assertInstanceOf(Rejected.class, ask(admission, A));
    }

    @Test
    void keysDoNotShareBucketsAndThoseWithoutALimitHaveNone() {
        BucketAdmission shared = BucketAdmission.of(keys(rate(1, 60), ""), clock, SharedBuckets.NONE);
        assertInstanceOf(Admitted.class, ask(shared, A));
        assertInstanceOf(Admitted.class, ask(shared, B));
        assertInstanceOf(Rejected.class, ask(shared, A));

        BucketAdmission own = BucketAdmission.of(keys("", rate(1, 60)), clock, SharedBuckets.NONE);
        for (int i = 0; i < 100; i++) {
            assertEquals(
                    Optional.empty(),
                    assertInstanceOf(Admitted.class, ask(own, B)).limit());
        }
    }

    @Test
    void anOpenGatewayHasOneBucketForEverybody() {
        BucketAdmission open =
                BucketAdmission.of(Configs.auth("address-limits: [" + rate(1, 60) + "]"), clock, SharedBuckets.NONE);
        assertInstanceOf(Admitted.class, ask(open, Principal.ANONYMOUS));
        assertInstanceOf(Rejected.class, ask(open, Principal.ANONYMOUS));
    }

    @Test
    void aReloadKeepsWhatBucketsHold() {
        BucketAdmission admission = BucketAdmission.of(keys("", rate(4, 60)), clock, SharedBuckets.NONE);
        ask(admission, A);
        ask(admission, A);
        BucketAdmission same = admission.reloaded(keys(rate(9, 60), rate(4, 60)));
        assertEquals(1, limit(ask(same, A)).remaining());
        BucketAdmission doubled = same.reloaded(keys("", rate(8, 60)));
        doubled.begin();
        RateLimit after = limit(ask(doubled, A));
        assertEquals(8, after.limit());
        assertEquals(1, after.remaining(), "a quarter of the bucket was left: 2 of 8, less this one");
    }

    @Test
    void aModelThatIsNotAllowedIsAnsweredAsAnUnknownOne() {
        BucketAdmission admission = BucketAdmission.of(keys("", rate(2, 60)), clock, SharedBuckets.NONE);
        Principal restricted = new Principal("a", Set.of(new ModelId("only")));
        GatewayException refused = assertInstanceOf(
                GatewayException.class, admission.admit(restricted, MODEL).cause());
        assertEquals(new GatewayError.UnknownModel(MODEL, List.of()), refused.error());
        assertEquals(
                0,
                limit(admission.admit(restricted, new ModelId("only")).result()).remaining());
    }

    private static RateLimit limit(AdmissionDecision decision) {
        return assertInstanceOf(Admitted.class, decision).limit().orElseThrow();
    }
}
