package dev.penstock.gateway;

import dev.penstock.gateway.admission.LimitAdmission;
import dev.penstock.gateway.admission.TokenReckoning;
import dev.penstock.gateway.cluster.EndpointRules;
import dev.penstock.gateway.cluster.MemberSettings;
import dev.penstock.gateway.cluster.Membership;
import dev.penstock.gateway.cluster.PoolFleet;
import dev.penstock.gateway.cluster.PoolRules;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.Expectations;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.limit.ProbeResult;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import dev.penstock.runtime.telemetry.Logging;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Admission in a cluster of two real members on loopback, from the asking to the settling. */
@State(Scope.Thread)
public class AdmissionBenchmark {
    private static final ClusterSecret SECRET = ClusterSecret.of("a secret for benchmarks only");
    private static final ModelId MODEL = new ModelId("m");
    private static final String BODY = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final TokenUsage USAGE = new TokenUsage(10, 100, 0, false);

    /** Requests and tokens of a key, its tenant and everybody, of all models and of one: seven limits. */
    private static final String LEVELS = """
            auth:
              mode: keys
              limits: [{requests: 1000000000, per: 1s}, {tokens: 100000000000, per: 2m, model: m}]
              tenants:
                - {id: acme, limits: [{requests: 1000000000, per: 1s}, {tokens: 100000000000, per: 2m}]}
              keys:
                - id: seven
                  tenant: acme
                  hash: "sha256:%s"
                  models: ['*']
                  limits:
                    - {requests: 1000000000, per: 1s}
                    - {tokens: 100000000000, per: 2m}
                    - {concurrent-requests: 1000}
                - id: exact
                  hash: "sha256:%s"
                  models: ['*']
                  limits: [{requests: 1000000000, per: 1s, mode: exact}]
            """.formatted("aa".repeat(32), "bb".repeat(32));

    private final List<Membership> members = new ArrayList<>();
    private final Principal seven = new Principal("seven", "acme", "default", Set.of(MODEL), Constraints.NONE);
    private final Principal exact = new Principal("exact", "other", "default", Set.of(MODEL), Constraints.NONE);
    private Optional<LimitAdmission> admission = Optional.empty();
    private Optional<InferenceRequest> request = Optional.empty();

    /** Joins the two members. */
    @Setup
    public void join() throws ExecutionException, InterruptedException, TimeoutException, JsonRejectedException {
        Logging.configure(Logging.Format.TEXT, Logging.Verbosity.ERROR);
        int first = member(List.of());
        member(List.of("127.0.0.1:" + first));
        AuthConfig auth = ConfigLoader.with(SecretResolver.of(Map.of()))
                .parse("benchmark.yaml", LEVELS, Path.of("."), GatewayConfig.class)
                .orThrow()
                .auth();
        TokenReckoning reckoning = new Expectations()::reserve;
        admission = Optional.of(
                LimitAdmission.of(auth, TimeMeter.SYSTEM_NANOTIME, new ClusterLimits(members.getFirst()), reckoning));
        request = Optional.of(new InferenceRequest(
                "r",
                "",
                Operation.CHAT,
                MODEL,
                JsonDocument.parse(BODY.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT),
                false,
                false,
                1,
                OptionalLong.of(100),
                Set.of(Capability.CHAT),
                0));
    }

    private int member(List<String> others) throws ExecutionException, InterruptedException, TimeoutException {
        PoolFleet fleet = new PoolFleet(
                SECRET,
                new EndpointRules(EndpointRules.PRIVATE_NETWORKS),
                PoolRules.DEFAULT,
                (worker, path, timeout) -> Future.succeededFuture(ProbeResult.ALIVE));
        Membership membership =
                new Membership(new MemberSettings("127.0.0.1", 0, others, Optional.empty()), SECRET, fleet);
        members.add(membership);
        return membership
                .start()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getPort();
    }

    /** Leaves. */
    @TearDown
    public void leave() {
        members.forEach(Membership::close);
        members.clear();
    }

    /** Seven leased limits of three levels, taken and settled. */
    @Benchmark
    public AdmissionDecision leased() throws ExecutionException, InterruptedException {
        return admitted(seven);
    }

    /** One exact limit: a round trip to the member that has the bucket, which may be the other. */
    @Benchmark
    public AdmissionDecision exact() throws ExecutionException, InterruptedException {
        return admitted(exact);
    }

    private AdmissionDecision admitted(Principal who) throws ExecutionException, InterruptedException {
        Future<AdmissionDecision> asked = admission.orElseThrow().admit(who, request.orElseThrow());
        AdmissionDecision decision = asked.isComplete()
                ? asked.result()
                : asked.toCompletionStage().toCompletableFuture().get();
        if (decision instanceof AdmissionDecision.Admitted admitted) {
            admitted.lease().settle(USAGE);
            return decision;
        }
        throw new IllegalStateException("not admitted: " + decision);
    }
}
