package dev.penstock.gateway.cache;

import dev.penstock.cache.bound.ConfidenceSequence;
import dev.penstock.cache.bound.ErrorWatch;
import dev.penstock.cache.judge.Judge;
import dev.penstock.gateway.cache.Tallies.Tally;
import dev.penstock.gateway.config.CacheConfig;
import dev.penstock.gateway.config.PrivateAnswers;
import dev.penstock.gateway.config.SemanticCacheConfig;
import dev.penstock.gateway.embedding.Embedder;
import dev.penstock.gateway.pipeline.CacheControl;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.ResponseCache;
import dev.penstock.routing.DataClass;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Answers from memory: the same question by its form, a reworded one by its meaning. What takes longer than some microseconds
 * is done on two threads of its own with bounded queues, one that looks up and one that keeps; where a queue is full nothing is
 * found, or nothing is kept.
 *
 * <p>Thread safe.
 */
public final class AnswerCache implements ResponseCache, AutoCloseable {
    private static final double ALPHA = 0.05;
    private static final int MAX_KEEPING = 1_024;
    private static final int FORGETTING_SECONDS = 3;

    private final Supplier<Terms> terms;
    private final CacheKeys keys;
    private final KnownForms forms;
    private final AnswerSeal seal;
    private final SharedAnswers shared;
    private final Optional<AnswerSpill> spill;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Instant since;
    private final AnswerStore store;
    private final Purges purges = new Purges();
    private final Tallies tallies;
    private final Optional<SemanticTier> semantic;
    private final double loosest;
    private final LongAdder notKept = new LongAdder();
    private final ThreadPoolExecutor keeping = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_KEEPING),
            Thread.ofPlatform().daemon().name("cache-keeper").factory());

    /**
     * What holds at the moment.
     *
     * @param version of all that answers depend on beside requests: another has no answers
     */
    public record Terms(CacheConfig config, String version) {}

    /**
     * The two keys of a cluster's memory, 32 bytes each: of names and of seals.
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    public record Secrets(byte[] names, byte[] seals) {
        @Override
        public String toString() {
            return "Secrets[hidden]";
        }
    }

    /**
     * What makes vectors, and what judges them.
     *
     * @param identity of the embedder: vectors of another are not compared
     */
    public record Meaning(Embedder embedder, String identity, Judge judge) {}

    /**
     * An empty one.
     *
     * @param terms asked for each request; its memory, and whether it looks for meanings, are those of the first
     * @param random draws from 0 to 1, who is checked
     */
    public AnswerCache(
            Supplier<Terms> terms,
            Secrets secrets,
            Optional<Meaning> meaning,
            SharedAnswers shared,
            InstantSource clock,
            DoubleSupplier random) {
        this(terms, secrets, meaning, shared, Optional.empty(), clock, random);
    }

    /**
     * One that holds what was kept before, soon.
     *
     * @param spill keeps answers beyond this process
     */
    public AnswerCache(
            Supplier<Terms> terms,
            Secrets secrets,
            Optional<Meaning> meaning,
            SharedAnswers shared,
            Optional<AnswerSpill> spill,
            InstantSource clock,
            DoubleSupplier random) {
        this.spill = spill;
        this.terms = terms;
        this.keys = new CacheKeys(secrets.names());
        this.forms = new KnownForms(keys);
        this.seal = new AnswerSeal(secrets.seals());
        this.shared = shared;
        this.clock = clock;
        this.random = random;
        this.since = clock.instant();
        CacheConfig config = terms.get().config();
        this.store = new AnswerStore(config.memory().bytes(), clock);
        this.semantic = meaning.map(given -> new SemanticTier(given, store));
        double target =
                config.semantic().map(SemanticCacheConfig::maxFalseHitRate).orElse(ALPHA);
        double[] ladder = meaning.map(given -> given.judge().ladder(target)).orElse(new double[] {1});
        this.loosest = ladder[0];
        this.tallies = new Tallies(() -> new ErrorWatch(target, ALPHA, ladder));
        FromOthers others = new FromOthers(this);
        shared.listen(others);
        spill.ifPresent(kept -> kept.start(others::put));
    }

    @Override
    public Recall recall(Principal principal, InferenceRequest request, CacheControl control) {
        Terms now = terms.get();
        boolean privately = request.constraints().dataClass() == DataClass.PRIVATE;
        if (privately && now.config().privateAnswers() == PrivateAnswers.OFF) {
            return new PassedBy("private");
        }
        if (request.hops().relayed()) {
            return new PassedBy("relayed"); // whose it is only the gateway knows that it came to
        }
        if (request.body().bytes().length > now.config().maxRequest().bytes()) {
            return new PassedBy("length");
        }
        RequestForm form = new RequestForm(request.operation(), request.body());
        CacheKeys.Scope scope = scope(now, principal, request);
        KnownForms.Known known = forms.of(scope, form, eligible(now.config()), control.asksForMemory());
        Eligibility eligibility = known.eligibility();
        boolean byMeaning = eligibility.semantic().isEmpty()
                && semantic.isPresent()
                && !(privately && semantic.get().leavesProcess());
        if (eligibility.exact().isPresent() && !byMeaning) {
            return new PassedBy(eligibility.exact().get());
        }
        if (control.noCache() && control.noStore()) {
            return new PassedBy("no-store");
        }
        return new Asking(
                this,
                now.config(),
                principal,
                request,
                control,
                form,
                scope,
                known.name(),
                new Asking.Ways(eligibility.exact().isEmpty(), byMeaning, !privately));
    }

    private static Eligibility.Terms eligible(CacheConfig config) {
        return new Eligibility.Terms(
                config.anyTemperature(),
                config.semantic().map(SemanticCacheConfig::maxTemperature).orElse(0.0),
                config.semantic().map(SemanticCacheConfig::maxQuestion).orElse(0));
    }

    /** Whoever asks for a better model is not answered by what a lesser one said. */
    private static CacheKeys.Scope scope(Terms now, Principal principal, InferenceRequest request) {
        OptionalDouble least = request.constraints().minQuality();
        return new CacheKeys.Scope(
                principal.tenant(),
                request.constraints().dataClass().wireName(),
                now.version() + "\n" + now.config().version() + (least.isPresent() ? "\n" + least.getAsDouble() : ""));
    }

    /** A request that memory has nothing to do with, though there is one. */
    private record PassedBy(String reason) implements Recall {
        @Override
        public boolean present() {
            return true;
        }

        @Override
        public Optional<String> bypass() {
            return Optional.of(reason);
        }
    }

    CacheKeys keys() {
        return keys;
    }

    AnswerStore store() {
        return store;
    }

    SharedAnswers shared() {
        return shared;
    }

    Optional<SemanticTier> semantic() {
        return semantic;
    }

    InstantSource clock() {
        return clock;
    }

    Tally tally(String tenant, String model) {
        return tallies.of(tenant, model);
    }

    /** Below it nothing is served, and nothing watched. */
    double loosest() {
        return loosest;
    }

    boolean drawn(double share) {
        return random.getAsDouble() < share;
    }

    /** Does it later; says whether it will. */
    boolean later(Runnable work) {
        try {
            keeping.execute(work);
            return true;
        } catch (RejectedExecutionException full) {
            notKept.increment();
            return false;
        }
    }

    /** Keeps an answer of this gateway's, on the keeping thread; not where it was purged meanwhile. */
    boolean keep(StoredAnswer answer, boolean share) {
        if (purges.cover(answer)) {
            return false;
        }
        store.put(answer);
        if (share) {
            byte[] sealed = seal.seal(answer);
            shared.put(answer.name(), sealed, Duration.between(clock.instant(), answer.expires()));
            spill.ifPresent(kept -> kept.keep(answer, sealed));
        }
        if (purges.cover(answer)) { // since it was looked at
            store.remove(answer.name());
            shared.remove(List.of(answer.name()));
            spill.ifPresent(kept -> {
                var unused = kept.purge(Purge.ofEntry(answer.name(), answer.created()));
            });
        }
        return true;
    }

    /** Keeps an answer of another gateway's, where it is sound and not known. On the keeping thread. */
    void keepForeign(String name, byte[] sealed) {
        seal.open(name, sealed)
                .filter(answer -> clock.instant().isBefore(answer.expires()) && !purges.cover(answer))
                .ifPresent(store::put);
    }

    /**
     * Another gateway's purge. One of this moment covers all there is, whatever that gateway's clock says; of one of before it
     * is only known until when.
     */
    void forget(Purge purge, boolean justNow) {
        Instant now = clock.instant();
        Purge held = justNow && purge.until().isBefore(now) ? purge.at(now) : purge;
        purges.add(held);
        List<String> names = store.names(justNow ? purge::matches : purge::covers);
        names.forEach(store::remove);
        shared.remove(names);
        spill.ifPresent(kept -> {
            var unused = kept.purge(held);
        });
    }

    /**
     * Has no gateway serve those any more, answers on their way included. Blocks for a moment where answers are kept in the
     * store, and for seconds where that cannot be reached, in which case they are forgotten there when it can.
     *
     * @return how many this one had
     */
    public int purge(Purge purge) {
        purges.add(purge);
        List<String> names = store.names(purge::covers);
        names.forEach(store::remove);
        shared.remove(names);
        shared.purge(purge);
        spill.ifPresent(kept -> kept.purge(purge)
                .completeOnTimeout(null, FORGETTING_SECONDS, TimeUnit.SECONDS)
                .join());
        return names.size();
    }

    /** What it holds, did and would have done. */
    public CacheReport report() {
        Optional<SemanticCacheConfig> config =
                semantic.isPresent() ? terms.get().config().semantic() : Optional.empty();
        return new CacheReport(
                since,
                store.size(),
                store.bytes(),
                config.map(each -> each.mode().name().toLowerCase(Locale.ROOT)).orElse("off"),
                config.map(each -> OptionalDouble.of(each.maxFalseHitRate())).orElse(OptionalDouble.empty()),
                tallies.entries().stream().map(AnswerCache::line).toList());
    }

    private static CacheReport.Line line(Map.Entry<Tallies.Whose, Tally> entry) {
        Tally tally = entry.getValue();
        long checked = tally.checked.sum();
        long wrong = tally.wrong.sum();
        ConfidenceSequence share = ConfidenceSequence.of(wrong, checked, ALPHA); // holds whenever it is looked at
        return new CacheReport.Line(
                entry.getKey().tenant(),
                entry.getKey().model(),
                tally.exact.sum(),
                tally.semantic.sum(),
                tally.missed.sum(),
                tally.would.sum(),
                checked,
                wrong,
                share.low(),
                share.high(),
                tally.watch.threshold(),
                tally.savedNanoUsd.sum(),
                tally.savedTokens.sum(),
                tally.wouldSaveNanoUsd.sum(),
                tally.wouldSaveTokens.sum());
    }

    /** Answers that were not kept, since too many waited. */
    public long notKept() {
        return notKept.sum();
    }

    /** How many answers it has. */
    public int entries() {
        return store.size();
    }

    /** What they take of the heap, in bytes, about. */
    public long bytes() {
        return store.bytes();
    }

    @Override
    public void close() {
        keeping.shutdownNow();
        spill.ifPresent(AnswerSpill::close);
        semantic.ifPresent(SemanticTier::close);
    }
}
