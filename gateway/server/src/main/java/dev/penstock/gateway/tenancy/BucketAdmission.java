package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.AuthMode;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.LimitConfig;
import dev.penstock.gateway.pipeline.Admission;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimit;
import dev.penstock.gateway.pipeline.AdmissionLease;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.ModelId;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A token bucket for each key that has a limit: in this process, or one of the cluster's. There are as many buckets as
 * configured keys, whatever clients send.
 *
 * <p>A request of a model the key may not ask for costs a token and is then answered as an unknown model is, 404 without
 * suggestions, so that the answer does not tell which models exist.
 */
public final class BucketAdmission implements Admission {
    /** @param shared what it takes from instead, in a cluster */
    private record Limited(Rate rate, Bucket bucket, Optional<SharedBucket> shared) {
        Future<ConsumptionProbe> take() {
            return shared.isPresent()
                    ? shared.get().take()
                    : Future.succeededFuture(bucket.tryConsumeAndReturnRemaining(1));
        }
    }

    private final Map<String, Limited> buckets;
    private final TimeMeter clock;
    private final SharedBuckets cluster;
    private final List<Runnable> changes;

    private BucketAdmission(
            Map<String, Limited> buckets, TimeMeter clock, SharedBuckets cluster, List<Runnable> changes) {
        this.buckets = Map.copyOf(buckets);
        this.clock = clock;
        this.cluster = cluster;
        this.changes = List.copyOf(changes);
    }

    /**
     * Full buckets for a configuration.
     *
     * @param cluster where buckets are shared; {@link SharedBuckets#NONE} for a gateway by itself
     */
    public static BucketAdmission of(AuthConfig config, TimeMeter clock, SharedBuckets cluster) {
        return new BucketAdmission(Map.of(), clock, cluster, List.of()).reloaded(config);
    }

    /**
     * The buckets for another configuration, in use from {@link #begin} on. A key that keeps its limit keeps what its
     * bucket holds; one whose limit has changed keeps its share of it.
     */
    public BucketAdmission reloaded(AuthConfig config) {
        Map<String, Limited> next = new HashMap<>();
        List<Runnable> later = new ArrayList<>();
        if (config.mode() == AuthMode.OPEN) {
            rate(config.addressLimits())
                    .ifPresent(
                            rate -> next.put(Principal.ANONYMOUS.id(), bucket(Principal.ANONYMOUS.id(), rate, later)));
        }
        for (KeyConfig key : config.keys()) {
            rate(key.limits().isEmpty() ? config.defaultLimits() : key.limits())
                    .ifPresent(rate -> next.put(key.id(), bucket(key.id(), rate, later)));
        }
        buckets.forEach((id, held) -> held.shared()
                .filter(shared -> next.get(id) == null
                        || next.get(id).shared().filter(now -> now == shared).isEmpty())
                .ifPresent(left -> later.add(left::close)));
        return new BucketAdmission(next, clock, cluster, later);
    }

    private static Optional<Rate> rate(List<LimitConfig> limits) {
        return limits.stream()
                .filter(limit -> limit.requests().isPresent() && limit.model().isEmpty())
                .findFirst()
                .map(limit -> new Rate(limit.requests().get(), limit.per(), limit.mode()));
    }

    /** Changes the limits of the buckets that are taken over. */
    public void begin() {
        changes.forEach(Runnable::run);
    }

    private Limited bucket(String id, Rate rate, List<Runnable> later) {
        Limited held = buckets.get(id);
        if (held == null) {
            Bucket fresh = Bucket.builder()
                    .addLimit(bandwidth(rate))
                    .withCustomTimePrecision(clock)
                    .build();
            return new Limited(rate, fresh, shared(id, rate));
        }
        if (!held.rate.equals(rate)) {
            BucketConfiguration changed =
                    BucketConfiguration.builder().addLimit(bandwidth(rate)).build();
            later.add(() -> held.bucket.replaceConfiguration(changed, TokensInheritanceStrategy.PROPORTIONALLY));
        }
        Optional<SharedBucket> shared =
                held.shared.filter(same -> same.rate().equals(rate)).or(() -> shared(id, rate));
        return new Limited(rate, held.bucket, shared);
    }

    /** One of another rate is another bucket. */
    private Optional<SharedBucket> shared(String id, Rate rate) {
        return cluster.gateways() == 0
                ? Optional.empty()
                : Optional.of(new SharedBucket(
                        "requests:" + id + ":" + rate.requests() + "/"
                                + rate.per().toMillis(),
                        rate,
                        cluster,
                        clock));
    }

    private static Bandwidth bandwidth(Rate rate) {
        return Bandwidth.builder()
                .capacity(rate.requests())
                .refillGreedy(rate.requests(), rate.per())
                .build();
    }

    @Override
    public Future<AdmissionDecision> admit(Principal principal, InferenceRequest request) {
        return admit(principal, request.model());
    }

    Future<AdmissionDecision> admit(Principal principal, ModelId model) {
        Limited limited = buckets.get(principal.id());
        return limited == null
                ? admitted(principal, model, Optional.empty())
                : limited.take().compose(probe -> judged(principal, model, limited.rate, probe));
    }

    private static Future<AdmissionDecision> judged(
            Principal principal, ModelId model, Rate rate, ConsumptionProbe probe) {
        RateLimit limit = new RateLimit(
                rate.requests(), probe.getRemainingTokens(), Duration.ofNanos(probe.getNanosToWaitForReset()));
        return probe.isConsumed()
                ? admitted(principal, model, Optional.of(limit))
                : Future.succeededFuture(new AdmissionDecision.Rejected(
                        "rate limit of " + rate.requests() + " requests per "
                                + rate.per().toSeconds() + " s reached for key " + principal.id(),
                        Duration.ofNanos(probe.getNanosToWaitForRefill()),
                        limit));
    }

    private static Future<AdmissionDecision> admitted(Principal principal, ModelId model, Optional<RateLimit> told) {
        return principal.mayAsk(model)
                ? Future.succeededFuture(new AdmissionDecision.Admitted(AdmissionLease.NONE, told))
                : Future.failedFuture(new GatewayException(new GatewayError.UnknownModel(model, List.of())));
    }

    /** Gives back to the cluster what this gateway does not need. To be called now and then. */
    public void tick() {
        buckets.values().forEach(limited -> limited.shared.ifPresent(SharedBucket::tick));
    }

    /** Gives back to the cluster all that this gateway has taken ahead. */
    public Future<Void> close() {
        return Future.join(buckets.values().stream()
                        .flatMap(limited -> limited.shared.stream())
                        .map(SharedBucket::close)
                        .toList())
                .mapEmpty();
    }
}
