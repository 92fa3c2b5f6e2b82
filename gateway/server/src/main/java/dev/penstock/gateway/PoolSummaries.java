package dev.penstock.gateway;

import dev.penstock.gateway.http.Summaries;
import dev.penstock.gateway.pipeline.Fleet;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.Pipeline;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.protocol.announcement.AnnouncedModel;
import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedPrice;
import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedRates;
import dev.penstock.protocol.announcement.PoolSummary;
import dev.penstock.protocol.announcement.PoolSummary.Load;
import dev.penstock.protocol.announcement.PoolSummary.OfferedModel;
import dev.penstock.protocol.announcement.PoolSummaryJson;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.model.VirtualModels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What this Penstock tells others of its pool: what it runs itself, and not what stands behind further Penstocks. Made at
 * most about once a second for each set of models that keys may ask for, on a thread that serves no requests; whoever asks in
 * between is told the same.
 */
final class PoolSummaries implements Summaries {
    /** A little less than a second: who asks every second, give or take a twentieth, is told something new. */
    private static final long FRESH_NANOS = 900_000_000L;

    /** Sets of models; the one asked for longest ago is forgotten first. */
    private static final int MAX_SCOPES = 64;

    private static final long MOST = 1_000_000_000L;

    private final Vertx vertx;
    private final Loop loop;
    private final String instance;
    private final Fleet fleet;
    private final Pipeline pipeline;
    private final Supplier<VirtualModels> virtualModels;
    private final AtomicLong sequence = new AtomicLong();
    private volatile long askedNanos;
    private volatile boolean asked;

    /** By what may be asked for; the summary that is told, and since when. Guarded by itself. */
    private final Map<Set<ModelId>, Made> made = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Set<ModelId>, Made> eldest) {
            return size() > MAX_SCOPES;
        }
    };

    private record Made(Future<Told> told, long nanos) {}

    /** A worker and one of its models. */
    private record Serving(Worker worker, ServedModel model) {}

    PoolSummaries(Vertx vertx, String instance, Fleet fleet, Pipeline pipeline, Supplier<VirtualModels> virtualModels) {
        this.vertx = vertx;
        this.loop = Loop.of(vertx);
        this.instance = instance;
        this.fleet = fleet;
        this.pipeline = pipeline;
        this.virtualModels = virtualModels;
    }

    @Override
    public Future<Told> summary(Principal principal) {
        long now = loop.nanoTime();
        askedNanos = now;
        asked = true;
        return loop.here(made(principal, now));
    }

    /** Whether another Penstock has asked within so long, and will hear that this one ends. */
    boolean askedWithin(long nanos) {
        return asked && loop.nanoTime() - askedNanos < nanos;
    }

    private Future<Told> made(Principal principal, long now) {
        synchronized (made) {
            Made last = made.get(principal.models());
            if (last != null && now - last.nanos() < FRESH_NANOS) {
                return last.told();
            }
            Future<Told> told = vertx.executeBlocking(() -> told(principal), false);
            made.put(principal.models(), new Made(told, now));
            return told;
        }
    }

    private Told told(Principal principal) {
        byte[] json = PoolSummaryJson.write(summarise(principal));
        return new Told(Buffer.buffer(json), Buffer.buffer(PoolSummaryJson.packed(json)));
    }

    private PoolSummary summarise(Principal principal) {
        Directory own = fleet.nearest();
        LoadView load = fleet.load();
        VirtualModels virtual = virtualModels.get();
        SortedSet<ModelId> names = new TreeSet<>(own.models());
        names.addAll(virtual.names());
        List<OfferedModel> offered = new ArrayList<>();
        Set<Worker> workers = new LinkedHashSet<>();
        long waiting = 0;
        int leftOut = 0;
        for (ModelId name : names) {
            List<Serving> serving = principal.mayAsk(name) ? serving(virtual.leaves(name), own) : List.of();
            if (serving.isEmpty()) {
                continue;
            }
            if (offered.size() == PoolSummary.MAX_MODELS) {
                leftOut++;
                continue;
            }
            Set<Worker> its = serving.stream().map(Serving::worker).collect(Collectors.toSet());
            int queued = pipeline.waiting(name);
            offered.add(new OfferedModel(described(name, serving, virtual.escalates(name)), load(its, load, queued)));
            workers.addAll(its);
            waiting += queued;
        }
        return new PoolSummary(
                instance,
                sequence.incrementAndGet(),
                pipeline.leaving(),
                load(workers, load, waiting),
                offered,
                leftOut);
    }

    private static List<Serving> serving(Set<ModelId> models, Directory directory) {
        return models.stream()
                .flatMap(model -> directory.serving(model).stream()
                        .map(worker -> new Serving(worker, worker.model(model).orElseThrow())))
                .toList();
    }

    /** What some of them can: a request is given to one that can. What it costs there may be as much as at the dearest. */
    private static AnnouncedModel described(ModelId name, List<Serving> serving, boolean escalates) {
        List<ServedModel> models = serving.stream().map(Serving::model).toList();
        SortedSet<String> capabilities = models.stream()
                .flatMap(model -> model.capabilities().stream())
                .map(Capability::wireName)
                .collect(Collectors.toCollection(TreeSet::new));
        return new AnnouncedModel(
                name.value(),
                same(models, ServedModel::revision),
                largest(models, ServedModel::parameters),
                largest(models, ServedModel::contextTokens),
                same(models, ServedModel::tokenizer),
                capabilities,
                escalates ? Optional.empty() : dearest(models),
                rates(models));
    }

    private static String same(List<ServedModel> models, Function<ServedModel, String> fact) {
        String first = fact.apply(models.getFirst());
        return models.stream().map(fact).allMatch(first::equals) ? first : "";
    }

    /** 0 where one is unknown. */
    private static <N extends Number & Comparable<N>> N largest(
            List<ServedModel> models, Function<ServedModel, N> fact) {
        N least = models.stream().map(fact).min(N::compareTo).orElseThrow();
        return least.longValue() == 0
                ? least
                : models.stream().map(fact).max(N::compareTo).orElseThrow();
    }

    /** Those that all have. Who has a model in memory, the other could not tell. */
    private static Optional<AnnouncedRates> rates(List<ServedModel> models) {
        Rates rates = models.getFirst().rates();
        boolean known = !rates.equals(Rates.UNKNOWN)
                && models.stream().allMatch(model -> model.rates().equals(rates));
        return known
                ? Optional.of(new AnnouncedRates(
                        rates.firstTokenSeconds(), rates.prefillTokensPerSecond(), rates.decodeTokensPerSecond(), 0, 0))
                : Optional.empty();
    }

    private static Optional<AnnouncedPrice> dearest(List<ServedModel> models) {
        if (models.stream().anyMatch(model -> model.price().isEmpty())) {
            return Optional.empty();
        }
        return models.stream()
                .map(model -> model.price().orElseThrow())
                .map(price -> new AnnouncedPrice(
                        price.inputPerMillion(),
                        price.cachedInputPerMillion(),
                        price.outputPerMillion(),
                        price.perHour()))
                .reduce((one, other) -> new AnnouncedPrice(
                        Math.max(one.inputPerMillion(), other.inputPerMillion()),
                        Math.max(one.cachedInputPerMillion(), other.cachedInputPerMillion()),
                        Math.max(one.outputPerMillion(), other.outputPerMillion()),
                        Math.max(one.perHour(), other.perHour())));
    }

    private static Load load(Collection<Worker> workers, LoadView load, long queued) {
        long capacity = 0;
        long running = 0;
        double pending = 0;
        for (Worker worker : workers) {
            int slot = worker.slot();
            if (load.available(slot)) {
                capacity += worker.capacity();
            }
            running += (long) load.inFlight(slot) + load.foreignLoad(slot);
            pending += load.pendingPromptTokens(slot) + load.pendingOutputTokens(slot);
        }
        return new Load(bounded(capacity), bounded(running), bounded(queued), Math.max(0, (long) pending));
    }

    private static int bounded(long count) {
        return (int) Math.min(MOST, Math.max(0, count));
    }
}
