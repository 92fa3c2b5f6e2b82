package dev.penstock.jmh;

import dev.penstock.gateway.admission.LimitAdmission;
import dev.penstock.gateway.admission.SharedLimits;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.ConstraintsConfig;
import dev.penstock.gateway.config.Criticality;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.Expectations;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.tenancy.KeyAuthenticator;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.Secret;
import dev.penstock.runtime.config.SecretResolver;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it takes to know who asks, among so many keys with a pepper, and to admit them by a limit of requests. */
@State(Scope.Thread)
public class AuthenticationBenchmark {
    private static final String PEPPER = "a pepper of some length";
    private static final String LIMITS =
            "auth: {mode: keys, pepper: 'env:PEPPER', default-limits: [{requests: 1000000000, per: 1s}]}";
    private static final String BODY = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final TokenUsage USAGE = new TokenUsage(10, 100, 0, false);

    /** How many keys there are. */
    @Param({"100", "10000"})
    public int keys;

    private Credentials known = new Credentials(Optional.empty(), "");
    private Credentials unknown = new Credentials(Optional.empty(), "");
    private Optional<KeyAuthenticator> authenticator = Optional.empty();
    private Optional<LimitAdmission> admission = Optional.empty();
    private Optional<InferenceRequest> request = Optional.empty();

    /** Makes the keys. */
    @Setup
    public void prepare() throws JsonRejectedException {
        SecureRandom random = new SecureRandom();
        Optional<Secret> pepper = Optional.of(Secret.of("env:PEPPER", PEPPER));
        List<KeyConfig> all = new ArrayList<>(keys);
        for (int i = 0; i < keys; i++) {
            NewKey key = NewKey.generate("team-" + i, pepper, random);
            all.add(config(key));
            known = shown(key);
        }
        unknown = shown(NewKey.generate("nobody", pepper, random));
        AuthConfig auth = ConfigLoader.with(SecretResolver.of(Map.of("PEPPER", PEPPER)))
                .parse("benchmark.yaml", LIMITS, Path.of("."), GatewayConfig.class)
                .orThrow()
                .auth()
                .with(List.of(), all);
        authenticator = Optional.of(new KeyAuthenticator(auth, InstantSource.system()));
        admission = Optional.of(
                LimitAdmission.of(auth, TimeMeter.SYSTEM_NANOTIME, SharedLimits.NONE, new Expectations()::reserve));
        request = Optional.of(new InferenceRequest(
                "r",
                "",
                Operation.CHAT,
                new ModelId("m"),
                JsonDocument.parse(BODY.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT),
                false,
                false,
                1,
                OptionalLong.of(100),
                Set.of(Capability.CHAT),
                0));
    }

    private static KeyConfig config(NewKey key) {
        return new KeyConfig(
                key.id(),
                key.hash().toString(),
                List.of(),
                "default",
                "default",
                List.of("*"),
                List.of(),
                List.of(),
                List.of("127.0.0.0/8"),
                Optional.empty(),
                Criticality.DEFAULT,
                Map.of(),
                List.of(),
                List.of(),
                ConstraintsConfig.NONE,
                Optional.empty());
    }

    private static Credentials shown(NewKey key) {
        return new Credentials(Optional.of("Bearer " + key.key()), "127.0.0.1");
    }

    /** A key that there is. */
    @Benchmark
    public Principal known() {
        return authenticator.orElseThrow().authenticate(known).result();
    }

    /** One that there is not: the same work. */
    @Benchmark
    public Future<Principal> unknown() {
        return authenticator.orElseThrow().authenticate(unknown);
    }

    /** A key that there is, admitted and settled. */
    @Benchmark
    public AdmissionDecision admitted() {
        Principal who = authenticator.orElseThrow().authenticate(known).result();
        AdmissionDecision decision =
                admission.orElseThrow().admit(who, request.orElseThrow()).result();
        if (decision instanceof AdmissionDecision.Admitted admitted) {
            admitted.lease().settle(USAGE);
            return decision;
        }
        throw new IllegalStateException("not admitted: " + decision);
    }
}
