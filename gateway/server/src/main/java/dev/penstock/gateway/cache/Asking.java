package dev.penstock.gateway.cache;

import dev.penstock.cache.index.Embedding;
import dev.penstock.cache.judge.Agreement;
import dev.penstock.gateway.cache.SemanticTier.Match;
import dev.penstock.gateway.cache.StoredAnswer.Question;
import dev.penstock.gateway.cache.Tallies.Tally;
import dev.penstock.gateway.config.CacheConfig;
import dev.penstock.gateway.config.SemanticCacheConfig;
import dev.penstock.gateway.config.SemanticMode;
import dev.penstock.gateway.pipeline.CacheControl;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.ResponseCache.CachedAnswer;
import dev.penstock.gateway.pipeline.ResponseCache.Recall;
import dev.penstock.gateway.pipeline.ResponseCache.Source;
import dev.penstock.gateway.pipeline.ResponseCache.Turn;
import dev.penstock.routing.TokenUsage;
import dev.penstock.runtime.net.HeldBytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request and memory: on its event loop, but for what comes of a lookup by meaning. */
final class Asking implements Recall {
    /** For the vector of a question that is already answered: nobody waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long one may be about to answer for all gateways; the longest that a request may take is of that order. */
    private static final Duration CLAIM = Duration.ofMinutes(10);

    private final AnswerCache cache;
    private final CacheConfig config;
    private final Principal principal;
    private final InferenceRequest request;
    private final CacheControl control;
    private final CacheKeys.Scope scope;
    private final RequestForm form;
    private final Ways ways;
    private final Instant asked;
    private final String name;

    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile Optional<Embedding> embedding = Optional.empty();
    /** What is found later is nothing that memory would have saved, if not this very answer. */
    private volatile boolean answered;
    /** What memory would have said, where that is to be compared with what is answered. */
    private volatile Optional<Match> compared = Optional.empty();

    /**
     * Which ways it may go.
     *
     * @param shared to the memory of other gateways
     */
    record Ways(boolean exact, boolean meaning, boolean shared) {}

    Asking(
            AnswerCache cache,
            CacheConfig config,
            Principal principal,
            InferenceRequest request,
            CacheControl control,
            RequestForm form,
            CacheKeys.Scope scope,
            String name,
            Ways ways) {
        this.cache = cache;
        this.config = config;
        this.principal = principal;
        this.request = request;
        this.control = control;
        this.form = form;
        this.scope = scope;
        this.ways = ways;
        this.asked = cache.clock().instant();
        this.name = name;
    }

    @Override
    public boolean present() {
        return true;
    }

    @Override
    public int maxBytes() {
        // A stream takes several times what the answer does that is kept of it.
        return request.stream()
                ? Math.multiplyExact(config.maxAnswer().intBytes(), 8)
                : config.maxAnswer().intBytes();
    }

    private Tally tally() {
        return cache.tally(principal.tenant(), request.model().value());
    }

    @Override
    public Optional<CachedAnswer> exact() {
        if (!ways.exact || control.noCache()) {
            return Optional.empty();
        }
        return cache.store().get(name).filter(this::fresh).map(answer -> told(answer, Source.EXACT, Optional.empty()));
    }

    private boolean fresh(StoredAnswer answer) {
        return control.maxAge()
                .map(most -> Duration.between(answer.created(), cache.clock().instant())
                                .compareTo(most)
                        <= 0)
                .orElse(true);
    }

    private CachedAnswer told(StoredAnswer answer, Source source, Optional<String> detail) {
        Duration age = Duration.between(answer.created(), cache.clock().instant());
        boolean stream = request.stream();
        byte[] body = stream
                ? Keepable.streamed(answer.operation(), answer.answer(), request.includeUsage())
                : answer.answer();
        return new CachedAnswer(
                source,
                age.isNegative() ? Duration.ZERO : age,
                stream ? "text/event-stream" : "application/json",
                HeldBytes.buffer(body),
                answer.nanoUsd(),
                detail,
                () -> served(answer, source));
    }

    /** What is found and not told, since a worker was quicker, saves nothing. */
    private void served(StoredAnswer answer, Source source) {
        Tally tally = tally();
        (source == Source.EXACT ? tally.exact : tally.semantic).increment();
        tally.saved(answer);
        cache.store().used(answer.name());
    }

    @Override
    public Optional<String> flight() {
        return ways.exact && !control.noCache() && !control.noStore() ? Optional.of(name) : Optional.empty();
    }

    @Override
    public Future<Turn> turn() {
        if (!ways.shared) {
            return Future.succeededFuture(new Turn.Ours());
        }
        return cache.shared().claim(name, CLAIM).compose(claim -> switch (claim) {
            case SharedAnswers.Claim.Ours ours -> {
                claimed.set(true);
                yield Future.succeededFuture(new Turn.Ours());
            }
            case SharedAnswers.Claim.Theirs theirs -> Future.succeededFuture(new Turn.Theirs(theirs.over()));
            case SharedAnswers.Claim.Known known ->
                Future.succeededFuture(new Turn.Theirs(done(() -> cache.keepForeign(name, known.sealed()))));
        });
    }

    private Future<Void> done(Runnable work) {
        Promise<Void> done = Promise.promise();
        boolean begun = cache.later(() -> {
            try {
                work.run();
            } finally {
                done.complete();
            }
        });
        return begun ? done.future() : Future.succeededFuture();
    }

    @Override
    public Future<Optional<CachedAnswer>> similar() {
        Optional<SemanticCacheConfig> terms = config.semantic();
        if (!ways.meaning
                || control.noCache()
                || terms.isEmpty()
                || cache.semantic().isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        SemanticCacheConfig meaning = terms.get();
        Future<Optional<CachedAnswer>> found = cache.semantic()
                .get()
                .search(partition(), form.question().orElseThrow(), this::fresh, meaning.deadline())
                .map(seen -> {
                    embedding = Optional.of(seen.embedding());
                    return seen.match().filter(match -> !answered).flatMap(match -> decided(match, meaning));
                })
                .recover(missed -> Future.succeededFuture(Optional.empty()));
        return meaning.mode() == SemanticMode.SHADOW ? Future.succeededFuture(Optional.empty()) : found;
    }

    private String partition() {
        CacheKeys.Scope vectors = new CacheKeys.Scope(
                scope.tenant(),
                scope.dataClass(),
                scope.version() + "\n" + cache.semantic().orElseThrow().identity());
        return cache.keys().partition(vectors, form);
    }

    /** Serves it, has it checked, or neither. */
    private Optional<CachedAnswer> decided(Match match, SemanticCacheConfig meaning) {
        Tally tally = tally();
        OptionalDouble threshold = tally.watch.threshold();
        boolean serves = threshold.isPresent() && match.probability() >= threshold.getAsDouble();
        boolean watched = match.probability() >= cache.loosest();
        if (watched) {
            tally.wouldSave(match.answer());
        }
        boolean checks =
                watched && (meaning.mode() == SemanticMode.SHADOW || !serves || cache.drawn(meaning.checked()));
        if (checks) {
            compared = Optional.of(match);
        }
        if (checks || !serves) {
            return Optional.empty();
        }
        return Optional.of(
                told(match.answer(), Source.SEMANTIC, meaning.debug() ? Optional.of(detail(match)) : Optional.empty()));
    }

    private static String detail(Match match) {
        return String.format(Locale.ROOT, "p=%.4f; cosine=%.4f", match.probability(), match.cosine());
    }

    @Override
    public boolean speculative() {
        return config.semantic().map(SemanticCacheConfig::speculative).orElse(false);
    }

    @Override
    public Future<Void> answered(Buffer sent, TokenUsage used, OptionalLong nanoUsd) {
        tally().missed.increment();
        byte[] bytes = sent.getBytes();
        Promise<Void> kept = Promise.promise();
        boolean begun = cache.later(() -> {
            boolean put = false;
            try {
                put = Keepable.of(request.operation(), request.stream(), bytes, used)
                        .map(answer -> remember(answer, used, nanoUsd))
                        .orElse(false);
            } finally {
                if (!put) {
                    unanswered();
                }
                kept.complete();
            }
        });
        if (!begun) {
            unanswered();
            kept.complete();
        }
        return kept.future();
    }

    /** Whether it is kept, or will be. */
    private boolean remember(byte[] answer, TokenUsage used, OptionalLong nanoUsd) {
        compared.ifPresent(match -> compare(match, answer));
        answered = true;
        if (control.noStore() || answer.length > config.maxAnswer().bytes()) {
            return false;
        }
        if (!cache.keep(stored(answer, used, nanoUsd, embedding), ways.shared)) {
            return false;
        }
        if (ways.meaning && embedding.isEmpty()) {
            var unused = cache.semantic()
                    .orElseThrow()
                    .embed(form.question().orElseThrow(), PATIENCE)
                    .onSuccess(late -> cache.later(
                            () -> cache.keep(stored(answer, used, nanoUsd, Optional.of(late)), ways.shared)));
        }
        return true;
    }

    private void compare(Match match, byte[] answer) {
        boolean wrong = !Agreement.between(AnswerText.of(match.answer().answer()), AnswerText.of(answer));
        Tally tally = tally();
        tally.watch.observe(match.probability(), wrong);
        tally.checked.increment();
        if (wrong) {
            tally.wrong.increment();
        }
    }

    private StoredAnswer stored(byte[] answer, TokenUsage used, OptionalLong nanoUsd, Optional<Embedding> vector) {
        return new StoredAnswer(
                name,
                ways.meaning
                        ? vector.map(each ->
                                new Question(partition(), form.question().orElseThrow(), each))
                        : Optional.empty(),
                principal.tenant(),
                principal.id(),
                request.model().value(),
                request.operation(),
                answer,
                used,
                nanoUsd,
                asked,
                asked.plus(config.ttl()));
    }

    @Override
    public void unanswered() {
        if (claimed.getAndSet(false)) {
            cache.shared().release(name);
        }
    }
}
