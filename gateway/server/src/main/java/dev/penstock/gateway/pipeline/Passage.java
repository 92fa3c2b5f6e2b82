package dev.penstock.gateway.pipeline;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.TokenUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * One request on its way: the two ends it runs between, and what settlement has to tell of it, noted by each stage as soon
 * as it is known, since any stage may be the last. On the request's event loop.
 */
final class Passage {
    /** The result of a request that was answered. */
    static final String OK = "ok";

    private static final OptionalLong FREE = OptionalLong.of(0);

    final Arrival arrival;
    /** Whoever answers goes through this. */
    ClientExchange client;
    /** The client, where what it is answered may be asked for again. */
    final Optional<RecordedExchange> recorded;

    private final Loop loop;
    private Optional<Principal> principal = Optional.empty();
    private Optional<InferenceRequest> request = Optional.empty();
    private AdmissionLease lease = AdmissionLease.NONE;
    private AdmissionDecision.RateLimits limits = AdmissionDecision.RateLimits.NONE;
    private Optional<Route> route = Optional.empty();
    private Optional<Settlement> watching = Optional.empty();
    private int attempts;
    private int hedges;
    private int escalations;
    private long queuedNanos;
    private TokenUsage usage = TokenUsage.NONE;
    private OptionalLong firstContentNanos = OptionalLong.empty();
    private int status = 499;
    private boolean accounted;
    private Optional<Share> share = Optional.empty();
    private Optional<KeptExchange> kept = Optional.empty();
    private MemoryNote memory = MemoryNote.NONE;
    private boolean whole;
    private final List<Charge> charges = new ArrayList<>(1);
    /** By lease. */
    private final Map<String, Long> draws = new LinkedHashMap<>();

    /** Who is tried, and why. */
    private record Route(RoutePlan.Attempt attempt, String policy, String reason) {}

    Passage(Arrival arrival, ClientExchange client, BufferBudget budget, Loop loop) {
        this.arrival = arrival;
        this.recorded = arrival.idempotencyKey().map(key -> new RecordedExchange(client, budget));
        this.client = recorded.isPresent() ? recorded.get() : client;
        this.loop = loop;
    }

    /** What it is answered from here on goes another way to its client. */
    void through(ClientExchange exchange) {
        client = exchange;
    }

    /** And may be remembered. */
    void through(KeptExchange exchange) {
        client = exchange;
        kept = Optional.of(exchange);
    }

    /** What memory has to do with it, as far as that is known. */
    void remembered(MemoryNote note) {
        memory = note;
    }

    void authenticated(Principal who) {
        principal = Optional.of(who);
    }

    void decoded(InferenceRequest what) {
        request = Optional.of(what);
    }

    void admitted(AdmissionLease taken, AdmissionDecision.RateLimits told) {
        lease = taken;
        limits = told;
    }

    void limited(AdmissionDecision.RateLimits told) {
        limits = told;
    }

    /** Its part of what its tenant gets; the same for all its attempts. */
    Share sharing(Supplier<Share> first) {
        Share its = share.orElseGet(first);
        share = Optional.of(its);
        return its;
    }

    Optional<Share> share() {
        return share;
    }

    /** Who asked, where admission has not told of its limits. */
    Optional<Principal> untold() {
        return limits.equals(AdmissionDecision.RateLimits.NONE) ? principal : Optional.empty();
    }

    void queued(long nanos) {
        queuedNanos += nanos;
    }

    void attempting(RoutePlan.Attempt attempt, String policy, String reason) {
        route = Optional.of(new Route(attempt, policy, reason));
        attempts++;
    }

    void hedged() {
        hedges++;
    }

    void escalated() {
        escalations++;
    }

    /** Whose answer it is, where that is not the last that was tried. */
    void answeredBy(RoutePlan.Attempt attempt, String policy, String reason) {
        route = Optional.of(new Route(attempt, policy, reason));
    }

    /** An attempt has ended and used so much. */
    void used(
            RoutePlan.Attempt attempt, TokenUsage used, Duration busy, int sharing, Spending.Reservation reservation) {
        Optional<Charge> charge = used.totalTokens() == 0
                ? Optional.empty()
                : Optional.of(Charge.of(attempt.worker().id(), attempt.model(), used, busy, sharing));
        charge.ifPresent(charges::add);
        reservation.settle(charge).forEach(draw -> draws.merge(draw.lease(), draw.amount(), Math::addExact));
    }

    /** Who asks; nobody in particular before that is known. */
    Principal principal() {
        return principal.orElse(Principal.ANONYMOUS);
    }

    /** What the attempts that are over were charged. */
    List<Charge> charges() {
        return Collections.unmodifiableList(charges);
    }

    /** What was held is sent on now. */
    void replayed() {
        firstContentNanos = OptionalLong.of(loop.nanoTime());
        status = 200;
    }

    /** Of several decisions about one request the last is followed to its end. */
    void watched(Settlement by) {
        watching = Optional.of(by);
    }

    /** An answer is whole, and used so much. */
    void whole(TokenUsage used) {
        usage = used;
        whole = true;
    }

    /** What it has cost so far, as it is billed; empty where that is not known. */
    Optional<String> costUsd() {
        OptionalLong nanos = Charge.nanoUsd(charges);
        return nanos.isPresent() ? Optional.of(AnswerHeaders.billed(nanos.getAsLong())) : Optional.empty();
    }

    TokenUsage usage() {
        return usage;
    }

    void attempted(Relay.Result result) {
        usage = result.usage();
        firstContentNanos = result.firstContentNanos();
        if (client.committed()) {
            status = 200;
        }
    }

    void answering(int answeredStatus) {
        status = answeredStatus;
    }

    boolean streaming() {
        return request.map(InferenceRequest::stream).orElse(false);
    }

    int attempts() {
        return attempts;
    }

    /** The headers of an answer by this attempt. */
    Map<String, String> headersOf(RoutePlan.Attempt attempt, String policy, String reason) {
        answeredBy(attempt, policy, reason);
        firstContentNanos = OptionalLong.of(loop.nanoTime());
        return headers();
    }

    /** What every answer carries: which request, which worker and why, how long it took, what is left of the limit. */
    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-request-id", arrival.id());
        long millis = (loop.nanoTime() - arrival.receivedNanos()) / 1_000_000;
        headers.put("openai-processing-ms", Long.toString(millis));
        route.ifPresent(taken -> AnswerHeaders.route(headers, taken.attempt(), taken.policy(), taken.reason()));
        if (whole || accounted) {
            AnswerHeaders.cost(headers, memory.hit() && charges.isEmpty() ? FREE : Charge.nanoUsd(charges));
        }
        memory.add(headers);
        LimitHeaders.add(headers, limits);
        return headers;
    }

    /**
     * All that the request used has been noted: what the client is sent next is the last of its answer. What admission took
     * is given back. The first call counts.
     */
    void account(Settlement to, String result) {
        if (!accounted) {
            accounted = true;
            lease.settle(Charge.usage(charges)); // whoever has the whole answer and asks again is not held up by itself
            to.account(record(result));
        }
    }

    /** Tells the whole story. */
    RequestRecord settle(String result) {
        kept.ifPresent(KeptExchange::finish);
        RequestRecord record = record(result);
        watching.ifPresent(watcher -> watcher.settle(record));
        return record;
    }

    private RequestRecord record(String result) {
        long now = loop.nanoTime();
        Optional<Duration> firstToken = firstContentNanos.isPresent()
                ? Optional.of(Duration.ofNanos(firstContentNanos.getAsLong() - arrival.receivedNanos()))
                : Optional.empty();
        Optional<ModelId> asked = request.map(InferenceRequest::model);
        return new RequestRecord(
                arrival.id(),
                principal,
                arrival.operation(),
                asked,
                route.map(taken -> taken.attempt().model().id()).or(() -> asked),
                route.map(taken -> taken.attempt().worker().id()),
                request.map(InferenceRequest::stream).orElse(false),
                status,
                result,
                attempts,
                usage,
                Duration.ofNanos(queuedNanos),
                firstToken,
                Duration.ofNanos(now - arrival.receivedNanos()),
                charges,
                route.map(taken -> taken.attempt().worker().site().name()).orElse(""),
                route.map(Route::policy).orElse(""),
                hedges,
                escalations,
                draws.entrySet().stream()
                        .map(draw -> new Spending.Draw(draw.getKey(), draw.getValue()))
                        .toList(),
                memory);
    }
}
