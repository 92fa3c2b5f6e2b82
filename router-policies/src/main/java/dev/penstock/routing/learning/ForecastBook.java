package dev.penstock.routing.learning;

import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The forecasts of every worker for every model, begun from a {@link Prior} and learned from outcomes. A worker that comes
 * back within a minute finds its own again; one of which something else is declared from now on begins anew. At most {@link #MAX_FORECASTS} are kept, of about 400 bytes each; whoever comes
 * beyond that is forecast by its prior alone.
 *
 * <p>Thread safe. Reading a forecast takes no lock.
 */
public final class ForecastBook implements Forecasts {
    /** The most forecasts that are kept. */
    public static final int MAX_FORECASTS = 32_768;

    private static final long KEPT_NANOS = 60_000_000_000L;

    private final BiFunction<Worker, ServedModel, Prior> priors;
    private final int most;
    private final ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();

    private record Key(WorkerId worker, ModelId model) {}

    /**
     * A forecast, what was declared where it began, and since when its worker has not been listed; changed within the map's
     * own lock of the key only.
     */
    private record Entry(Learned learned, Rates declared, boolean missing, long missingNanos) {
        Entry(Learned learned, Rates declared) {
            this(learned, declared, false, 0);
        }

        Entry listed() {
            return missing ? new Entry(learned, declared) : this;
        }
    }

    /** A book begun from what is usual. */
    public ForecastBook() {
        this(Prior::of);
    }

    /**
     * A book begun from what is declared.
     *
     * @param priors what a worker is taken to need for a model until it has been seen at work
     */
    public ForecastBook(BiFunction<Worker, ServedModel, Prior> priors) {
        this(priors, MAX_FORECASTS);
    }

    ForecastBook(BiFunction<Worker, ServedModel, Prior> priors, int most) {
        this.priors = priors;
        this.most = most;
    }

    @Override
    public Forecast of(Worker worker, ServedModel model) {
        return learned(worker, model);
    }

    /** Takes what a request took. */
    public void observe(Worker worker, ServedModel model, Sample sample) {
        learned(worker, model).observe(sample);
    }

    /**
     * Takes a try that failed by the worker's own fault.
     *
     * @param seconds it took, at least 0
     */
    public void failed(Worker worker, ServedModel model, double seconds, long nowNanos) {
        learned(worker, model).failed(seconds, nowNanos);
    }

    /** An answer of the model has begun: it is loaded. */
    public void began(Worker worker, ServedModel model, long nowNanos) {
        learned(worker, model).began(nowNanos);
    }

    /** The worker's engine says whether the model is loaded. */
    public void told(Worker worker, ServedModel model, boolean loaded, long nowNanos) {
        learned(worker, model).told(loaded, nowNanos);
    }

    /** Another run of the worker has begun: what failed in the one before says nothing of it. */
    public void restarted(Worker worker) {
        for (ServedModel model : worker.models()) {
            Entry entry = entries.get(new Key(worker.id(), model.id()));
            if (entry != null) {
                entry.learned.restarted();
            }
        }
    }

    private Learned learned(Worker worker, ServedModel model) {
        Key key = new Key(worker.id(), model.id());
        Entry present = entries.get(key);
        if (present != null && !present.missing) {
            return present.learned;
        }
        if (present == null && entries.size() >= most) {
            return new Learned(priors.apply(worker, model), model);
        }
        // Asked for: it is of a directory that the last call of retain did not know.
        return entries.compute(
                        key,
                        (same, kept) -> kept == null
                                ? new Entry(new Learned(priors.apply(worker, model), model), model.rates())
                                : kept.listed())
                .learned;
    }

    /**
     * As time goes by: drops the forecasts of those who have not been listed for a minute, begins those anew of whom
     * something else is declared, and lets the others forget what was seen long ago. Called about once a second.
     */
    public void retain(Directory directory, long nowNanos) {
        Set<Key> listed = new HashSet<>();
        for (Worker worker : directory.workers()) {
            for (ServedModel model : worker.models()) {
                Key key = new Key(worker.id(), model.id());
                listed.add(key);
                entries.computeIfPresent(key, (same, entry) -> declared(entry, worker, model));
            }
        }
        for (Key key : entries.keySet()) {
            boolean missing = !listed.contains(key);
            Entry kept = entries.computeIfPresent(key, (same, entry) -> judged(entry, missing, nowNanos));
            if (kept != null) {
                kept.learned.age(nowNanos);
            }
        }
    }

    /** Only the directory's word counts: a request that ends may hold the worker as it was before. */
    private Entry declared(Entry entry, Worker worker, ServedModel model) {
        if (entry.declared.equals(model.rates())) {
            return entry;
        }
        entry.learned.begin(priors.apply(worker, model), model);
        return new Entry(entry.learned, model.rates(), entry.missing, entry.missingNanos);
    }

    @Nullable
    private static Entry judged(Entry entry, boolean missing, long nowNanos) {
        if (!missing) {
            return entry.listed();
        }
        if (!entry.missing) {
            return new Entry(entry.learned, entry.declared, true, nowNanos);
        }
        return nowNanos - entry.missingNanos > KEPT_NANOS ? null : entry;
    }

    /** How many forecasts are kept. */
    public int size() {
        return entries.size();
    }
}
