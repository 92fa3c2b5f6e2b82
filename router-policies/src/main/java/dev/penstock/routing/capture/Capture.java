package dev.penstock.routing.capture;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads off, at the moment of a decision, what it was made on. */
public final class Capture {
    private final RoutingContext context;
    private final LoadView load;
    private final Set<ModelId> models = new LinkedHashSet<>();
    private final TreeMap<ModelId, CachedBlocks> cached = new TreeMap<>();

    private Capture(RoutingContext context, LoadView load) {
        this.context = context;
        this.load = load;
        context.tiers().forEach(tier -> tier.forEach(choice -> models.add(choice.model())));
    }

    /** Who has how many blocks of the prompt, by slot. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    private record CachedBlocks(int[] slots, int[] blocks, int count) {
        static CachedBlocks of(LoadView load, ModelId model, Affinity affinity) {
            int[] slots = new int[LoggedDecision.MAX_CANDIDATES];
            int[] blocks = new int[LoggedDecision.MAX_CANDIDATES];
            return new CachedBlocks(slots, blocks, load.cachedBlocks(model, affinity, slots, blocks));
        }

        int at(int slot) {
            for (int i = 0; i < count; i++) {
                if (slots[i] == slot) {
                    return blocks[i];
                }
            }
            return 0;
        }
    }

    /**
     * What was asked and who could be chosen.
     *
     * @param asked the request
     * @param candidates at most {@link LoggedDecision#MAX_CANDIDATES}, those of the plan among them
     * @param leftOut how many more there were
     */
    public record Captured(LoggedDecision.Asked asked, List<LoggedDecision.Candidate> candidates, int leftOut) {}

    /**
     * Reads it off.
     *
     * @param plan the attempts that were decided on
     * @param blind makes of what names a conversation, or the beginning of a prompt, something that only equals itself
     */
    public static Captured of(
            RoutingContext context,
            Directory directory,
            LoadView load,
            List<RoutePlan.Attempt> plan,
            LongUnaryOperator blind) {
        Capture capture = new Capture(context, load);
        List<Worker> kept = new ArrayList<>();
        int leftOut = capture.choose(directory, plan, kept);
        List<LoggedDecision.Candidate> candidates =
                kept.stream().map(capture::candidate).toList();
        return new Captured(capture.asked(blind), candidates, leftOut);
    }

    private int choose(Directory directory, List<RoutePlan.Attempt> plan, List<Worker> kept) {
        Set<Worker> chosen = new LinkedHashSet<>();
        plan.forEach(attempt -> chosen.add(attempt.worker()));
        int serving = 0;
        Set<Worker> counted = new LinkedHashSet<>();
        for (ModelId model : models) {
            for (Worker worker : directory.serving(model)) {
                if (counted.add(worker)) {
                    serving++;
                    if (chosen.size() < LoggedDecision.MAX_CANDIDATES) {
                        chosen.add(worker);
                    }
                }
            }
        }
        kept.addAll(chosen);
        kept.sort(Comparator.comparing(Worker::id));
        return Math.max(0, serving - kept.size());
    }

    private LoggedDecision.Asked asked(LongUnaryOperator blind) {
        Demand demand = context.demand();
        Affinity affinity = context.affinity();
        return new LoggedDecision.Asked(
                context.operation().name().toLowerCase(Locale.ROOT),
                context.tiers().stream()
                        .map(tier -> tier.stream().map(Capture::choice).toList())
                        .toList(),
                context.required().stream().map(Capability::wireName).sorted().toList(),
                context.places(),
                demand.promptTokens(),
                demand.expectedTokens(),
                demand.p95Tokens(),
                demand.maxTokens() == Demand.UNBOUNDED ? null : demand.maxTokens(),
                constraints(context.constraints()),
                context.worth().dollarsPerSecond(),
                context.worth().dollarsPerQuality(),
                context.maxAttempts(),
                context.waitedNanos() / 1e6,
                affinity.session() == 0 ? null : hex(blind.applyAsLong(affinity.session())),
                affinity.blocks().length,
                affinity.blocks().length == 0 ? null : prefixes(affinity.blocks(), blind),
                affinity.blockTokens());
    }

    private static List<String> prefixes(long[] blocks, LongUnaryOperator blind) {
        return Arrays.stream(blocks)
                .limit(LoggedDecision.MAX_PREFIXES)
                .map(blind)
                .mapToObj(Capture::hex)
                .toList();
    }

    private static LoggedDecision.Choice choice(ModelChoice choice) {
        return new LoggedDecision.Choice(choice.model().value(), known(choice.quality()));
    }

    private static @Nullable List<String> sorted(Optional<Set<String>> names) {
        return names.map(all -> all.stream().sorted().toList()).orElse(null);
    }

    private static LoggedDecision.Constraints constraints(Constraints constraints) {
        return new LoggedDecision.Constraints(
                constraints.dataClass().wireName(),
                constraints.placement().wireName(),
                sorted(constraints.regions()),
                sorted(constraints.sites()),
                known(constraints.maxCostUsd()),
                constraints.deadline().map(Duration::toMillis).orElse(null),
                known(constraints.minQuality()));
    }

    private LoggedDecision.Candidate candidate(Worker worker) {
        int slot = worker.slot();
        return new LoggedDecision.Candidate(
                worker.id().value(),
                worker.accelerator().name().toLowerCase(Locale.ROOT),
                site(worker.site()),
                worker.capacity(),
                load.available(slot),
                load.hasRoom(worker, context.places()),
                new LoggedDecision.Signals(
                        load.inFlight(slot),
                        load.reportedLoad(slot),
                        load.foreignLoad(slot),
                        load.reportedQueue(slot),
                        load.reportedCacheUse(slot),
                        load.pendingPromptTokens(slot),
                        load.pendingOutputTokens(slot),
                        load.linkSeconds(slot),
                        load.ageMillis(slot),
                        load.promptTokensAhead(slot) < 0 ? null : load.promptTokensAhead(slot),
                        load.promptTokensPerSecond(slot)),
                worker.models().stream()
                        .filter(model -> models.contains(model.id()))
                        .map(model -> model(worker, model))
                        .toList());
    }

    private static LoggedDecision.Site site(Site site) {
        return new LoggedDecision.Site(
                site.name(),
                site.kind().name().toLowerCase(Locale.ROOT),
                site.region(),
                site.clearance().wireName());
    }

    private LoggedDecision.Model model(Worker worker, ServedModel model) {
        int blocks = cached.computeIfAbsent(model.id(), id -> CachedBlocks.of(load, id, context.affinity()))
                .at(worker.slot());
        return new LoggedDecision.Model(
                model.id().value(),
                model.parameters(),
                model.contextTokens(),
                model.capabilities().stream().map(Capability::wireName).toList(),
                model.price().map(LoggedDecision.Price::of).orElse(null),
                blocks,
                forecast(load.forecasts().of(worker, model), worker),
                estimate(SoleCandidate.of(context, load, worker, model, 0, blocks)
                        .estimate(context, load)));
    }

    private LoggedDecision.Forecast forecast(Forecast forecast, Worker worker) {
        double tokens = Math.max(1, context.demand().promptTokens());
        double first = forecast.firstTokenSeconds(0);
        double batch = Math.max(2, worker.capacity());
        double alone = forecast.secondsPerToken(1);
        return new LoggedDecision.Forecast(
                first,
                (forecast.firstTokenSeconds(tokens) - first) / tokens,
                alone,
                (forecast.secondsPerToken(batch) - alone) / (batch - 1),
                forecast.tail(),
                forecast.peakSeconds(context.nowNanos()),
                forecast.observations(context.nowNanos()),
                forecast.loadSeconds(),
                forecast.failureOdds(),
                forecast.failureSeconds());
    }

    /** A plan in plain values. */
    public static LoggedDecision.Plan plan(RoutePlan plan) {
        return new LoggedDecision.Plan(
                plan.reason(),
                plan.attempts().stream()
                        .map(attempt -> new LoggedDecision.Attempt(
                                attempt.worker().id().value(),
                                attempt.model().id().value(),
                                start(attempt.start()),
                                attempt.start() instanceof RoutePlan.Start.Hedge hedge
                                        ? hedge.delay().toNanos() / 1e6
                                        : null,
                                attempt.start() instanceof RoutePlan.Start.Escalation escalation
                                        ? escalation.minConfidence()
                                        : null,
                                estimate(attempt.estimate())))
                        .toList());
    }

    private static String start(RoutePlan.Start start) {
        return switch (start) {
            case RoutePlan.Start.AfterFailure after -> "after-failure";
            case RoutePlan.Start.Hedge hedge -> "hedge";
            case RoutePlan.Start.Escalation escalation -> "escalation";
        };
    }

    private static LoggedDecision.Estimate estimate(RoutePlan.Estimate estimate) {
        return new LoggedDecision.Estimate(
                known(estimate.dollars()),
                known(estimate.firstTokenSeconds()),
                known(estimate.seconds()),
                known(estimate.p95Seconds()));
    }

    /** A seed as it is written. */
    public static String hex(long value) {
        return String.format("%016x", value);
    }

    private static @Nullable Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static @Nullable Double known(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
