package dev.penstock.routing.capture;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Placement;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.Worth;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A decision's world again, so that any policy can decide in it: the same workers under the same load, with the forecasts of
 * that moment. Whoever was left out of the log is not in it.
 */
public final class Recreation {
    /** Nobody is dialled here. */
    private static final URI NOWHERE = URI.create("http://recorded.invalid");

    private final LoggedDecision logged;
    private final Directory directory;
    private final FrozenLoad load;

    /**
     * The world of a logged decision.
     *
     * @throws IllegalArgumentException where the log holds what no decision can have been made on
     */
    public Recreation(LoggedDecision logged) {
        this.logged = logged;
        List<Worker> workers = new ArrayList<>();
        for (int slot = 0; slot < logged.candidates().size(); slot++) {
            workers.add(worker(logged.candidates().get(slot), slot));
        }
        this.directory = Directory.of(workers);
        this.load = new FrozenLoad(logged.candidates(), workers);
    }

    /** The workers; the slot of each is its place among the logged candidates. */
    public Directory directory() {
        return directory;
    }

    /** Their load. */
    public LoadView load() {
        return load;
    }

    /**
     * The request.
     *
     * @param random what this decision draws from; the logged seed gives what was drawn then
     */
    public RoutingContext context(RandomGenerator random) {
        return context(random, worth());
    }

    /** The request, its time and quality being worth something else. */
    public RoutingContext context(RandomGenerator random, Worth worth) {
        LoggedDecision.Asked asked = logged.asked();
        return new RoutingContext(
                constant(Operation.class, asked.operation()),
                asked.tiers().stream()
                        .map(tier -> tier.stream().map(Recreation::choice).toList())
                        .toList(),
                capabilities(asked.required()),
                asked.places(),
                new Demand(
                        asked.promptTokens(),
                        asked.expectedTokens(),
                        asked.p95Tokens(),
                        asked.maxTokens() == null ? Demand.UNBOUNDED : asked.maxTokens()),
                constraints(asked.constraints()),
                worth,
                affinity(asked),
                asked.maxAttempts(),
                FrozenLoad.NOW_NANOS,
                Math.max(0, Math.round(asked.waitedMs() * 1e6)),
                random);
    }

    /** What the request's time and quality were worth. */
    public Worth worth() {
        return new Worth(logged.asked().dollarsPerSecond(), logged.asked().dollarsPerQuality());
    }

    /** The seed of what was drawn then. */
    public long seed() {
        return Long.parseUnsignedLong(logged.seed(), 16);
    }

    private static ModelChoice choice(LoggedDecision.Choice choice) {
        return new ModelChoice(new ModelId(choice.model()), choice.quality() == null ? Double.NaN : choice.quality());
    }

    /** Equal beginnings are equal, as far as the log tells them apart; what they stood for is not in it. */
    private static Affinity affinity(LoggedDecision.Asked asked) {
        List<String> prefixes = asked.prefixes() == null ? List.of() : asked.prefixes();
        long[] blocks = new long[asked.blocks()];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = i < prefixes.size() ? Long.parseUnsignedLong(prefixes.get(i), 16) : i + 1L;
        }
        long session = asked.session() == null ? 0 : Long.parseUnsignedLong(asked.session(), 16);
        return new Affinity(session, blocks, Math.max(1, asked.blockTokens()));
    }

    private static Constraints constraints(LoggedDecision.Constraints logged) {
        List<String> regions = logged.regions();
        List<String> sites = logged.sites();
        Long deadline = logged.deadlineMs();
        return new Constraints(
                constant(DataClass.class, logged.dataClass()),
                constant(Placement.class, logged.placement()),
                regions == null ? Optional.empty() : Optional.of(new TreeSet<>(regions)),
                sites == null ? Optional.empty() : Optional.of(new TreeSet<>(sites)),
                optional(logged.maxCostUsd()),
                deadline == null ? Optional.empty() : Optional.of(Duration.ofMillis(deadline)),
                optional(logged.minQuality()));
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static Worker worker(LoggedDecision.Candidate candidate, int slot) {
        LoggedDecision.Site site = candidate.site();
        return new Worker(
                new WorkerId(candidate.worker()),
                slot,
                NOWHERE,
                constant(Accelerator.class, candidate.accelerator()),
                new Site(
                        site.name(),
                        constant(Site.Kind.class, site.kind()),
                        site.region(),
                        constant(DataClass.class, site.clearance())),
                candidate.capacity(),
                candidate.models().stream().map(Recreation::model).toList());
    }

    private static ServedModel model(LoggedDecision.Model model) {
        LoggedDecision.Price price = model.price();
        return new ServedModel(
                new ModelId(model.model()),
                "",
                model.parameters(),
                model.contextTokens(),
                "",
                capabilities(model.capabilities()),
                price == null ? Optional.empty() : Optional.of(price.price()));
    }

    /** What this version does not know of, nobody here asks for or offers. */
    private static Set<Capability> capabilities(List<String> names) {
        return names.stream()
                .flatMap(name -> Capability.ofWireName(name).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
