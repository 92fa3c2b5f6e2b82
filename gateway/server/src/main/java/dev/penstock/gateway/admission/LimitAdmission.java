package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.LimitMode;
import dev.penstock.gateway.pipeline.Admission;
import dev.penstock.gateway.pipeline.AdmissionDecision;
import dev.penstock.gateway.pipeline.AdmissionDecision.RateLimits;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.TokenReserve;
import dev.penstock.routing.TokenUsage;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Admits a request if all limits that hold for it have room: of its key, project and tenant and of everybody, each perhaps
 * of one model. Requests, tokens and places are taken before it is run, of all of them or of none.
 *
 * <p>A request of a model the key may not ask for costs a request and is then answered as an unknown model is, 404 without
 * suggestions, so that the answer does not tell which models exist.
 */
public final class LimitAdmission implements Admission {
    private final ConfiguredLimits configured;
    private final Limiters limiters;
    private final TokenReckoning reckoning;
    /** Of those who have asked: no more than there are keys. */
    private final Map<String, List<Limiter>> ofPrincipals = new ConcurrentHashMap<>();

    private LimitAdmission(ConfiguredLimits configured, Limiters limiters, TokenReckoning reckoning) {
        this.configured = configured;
        this.limiters = limiters;
        this.reckoning = reckoning;
    }

    /**
     * Admission by the limits of a configuration, of which nothing is taken yet.
     *
     * @param cluster where limits are shared; {@link SharedLimits#NONE} for a gateway by itself
     */
    public static LimitAdmission of(
            AuthConfig config, TimeMeter clock, SharedLimits cluster, TokenReckoning reckoning) {
        return new LimitAdmission(new ConfiguredLimits(config), new Limiters(clock, cluster), reckoning);
    }

    /** By another configuration, in use from {@link #begin} on. What was taken of a limit that stays is taken. */
    public LimitAdmission reloaded(AuthConfig config) {
        return new LimitAdmission(new ConfiguredLimits(config), limiters, reckoning);
    }

    /** Lets go of limits that are no more. */
    public void begin() {
        limiters.keep(configured);
    }

    @Override
    public Future<AdmissionDecision> admit(Principal principal, InferenceRequest request) {
        List<Limiter> all = of(principal);
        if (all.isEmpty()) {
            return admitted(principal, request, List.of(), new TokenReserve(0, 0));
        }
        List<Limiter> concerned = concerned(all, request);
        TokenReserve estimated = reckoning.reserve(principal, request);
        if (!Closeness.decides(concerned, estimated)) {
            return take(principal, request, concerned, estimated);
        }
        return reckoning
                .count(request, estimated.prompt())
                .map(counted -> counted.isPresent() ? estimated.withPrompt(counted.getAsLong()) : estimated)
                .compose(reserve -> take(principal, request, concerned, reserve));
    }

    private Future<AdmissionDecision> take(
            Principal principal, InferenceRequest request, List<Limiter> concerned, TokenReserve reserve) {
        List<Claim> claims = new ArrayList<>(concerned.size());
        for (Limiter limiter : concerned) {
            Claim claim = Claim.of(limiter, reserve);
            if (!claim.possible()) {
                return Future.succeededFuture(RefusalAnswer.never(claim, Standing.of(concerned)));
            }
            claims.add(claim);
        }
        return Acquisition.of(claims)
                .compose(refusals -> refusals.isEmpty()
                        ? admitted(principal, request, claims, reserve)
                        : Future.succeededFuture(RefusalAnswer.of(refusals, Standing.of(concerned))));
    }

    private static List<Limiter> concerned(List<Limiter> all, InferenceRequest request) {
        List<Limiter> concerned = new ArrayList<>(all.size());
        for (Limiter limiter : all) {
            if (limiter.limit().concerns(request)) {
                concerned.add(limiter);
            }
        }
        return concerned;
    }

    private Future<AdmissionDecision> admitted(
            Principal principal, InferenceRequest request, List<Claim> claims, TokenReserve reserve) {
        Reservation taken = new Reservation(request.model(), claims, reserve, reckoning);
        if (!principal.mayAsk(request.model())) {
            taken.settle(TokenUsage.NONE);
            return Future.failedFuture(new GatewayException(new GatewayError.UnknownModel(request.model(), List.of())));
        }
        List<Limiter> told = new ArrayList<>(claims.size());
        for (Claim claim : claims) {
            told.add(claim.limiter());
        }
        return Future.succeededFuture(new AdmissionDecision.Admitted(taken, Standing.of(told)));
    }

    /** Those that can tell here are asked first. */
    private List<Limiter> of(Principal principal) {
        List<Limiter> known = ofPrincipals.get(principal.id());
        return known != null
                ? known
                : ofPrincipals.computeIfAbsent(principal.id(), id -> configured.of(principal).stream()
                        .map(limiters::of)
                        .sorted(Comparator.comparing(LimitAdmission::order))
                        .toList());
    }

    private static int order(Limiter limiter) {
        boolean exact = limiter.limit().config().mode() == LimitMode.EXACT;
        int unit =
                switch (limiter.limit().unit()) {
                    case CONCURRENT_REQUESTS, CONCURRENT_STREAMS -> 0;
                    case REQUESTS -> 1;
                    case TOKENS -> 2;
                };
        return unit + (exact ? 3 : 0);
    }

    @Override
    public RateLimits limits(Principal principal) {
        return Standing.of(of(principal).stream()
                .filter(limiter -> limiter.limit().config().model().isEmpty())
                .toList());
    }

    /** Gives back to the cluster what this gateway does not need. To be called twice a second. */
    public void tick() {
        limiters.all().forEach(Limiter::tick);
    }

    /** Gives back to the cluster all that this gateway has taken ahead. */
    public Future<Void> close() {
        return Future.join(limiters.all().stream().map(Limiter::close).toList()).mapEmpty();
    }
}
