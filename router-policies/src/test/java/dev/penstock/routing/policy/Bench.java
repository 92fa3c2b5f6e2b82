package dev.penstock.routing.policy;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.Worth;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A small pool, a load and a request, set up line by line. Workers are w0, w1 and so on, in slots of that number. */
final class Bench {
    static final ModelId MODEL = new ModelId("org/model");

    private final List<Worker> workers = new ArrayList<>();
    private final SetLoad load = new SetLoad(64);
    private Optional<Directory> directory = Optional.empty();
    private List<List<ModelChoice>> tiers = List.of(List.of(ModelChoice.of(MODEL)));
    private Demand demand = Demand.UNKNOWN;
    private Constraints constraints = Constraints.NONE;
    private Worth worth = Worth.DEFAULT;
    private Affinity affinity = Affinity.NONE;
    private RandomGenerator random = new Random(1);
    private int maxAttempts = 3;
    private int contextTokens;

    /** A worker with a price by tokens, in dollars a million; NaN is none. */
    Bench worker(Site.Kind kind, int capacity, double input, double output) {
        return worker(
                MODEL, kind, capacity, Double.isNaN(input) ? Optional.empty() : Optional.of(new Price(input, output)));
    }

    Bench hourly(Site.Kind kind, int capacity, double perHour) {
        return worker(MODEL, kind, capacity, Optional.of(Price.hourly(perHour)));
    }

    Bench worker(ModelId model, Site.Kind kind, int capacity, Optional<Price> price) {
        int slot = workers.size();
        ServedModel served = new ServedModel(model, "", 0, contextTokens, "", Set.of(Capability.CHAT), price);
        workers.add(new Worker(
                new WorkerId("w" + slot),
                slot,
                URI.create("http://127.0.0.1:" + (10000 + slot)),
                Accelerator.GPU,
                new Site(kind == Site.Kind.EDGE ? "plant" : "cloud", kind, ""),
                capacity,
                List.of(served)));
        directory = Optional.empty();
        return this;
    }

    /** The directory made anew: what is kept beside the old one, forecasts among it, is not looked at again. */
    Bench renewed() {
        directory = Optional.empty();
        return this;
    }

    /** Of the workers that follow. */
    Bench context(int tokens) {
        contextTokens = tokens;
        return this;
    }

    Bench tiers(List<List<ModelChoice>> value) {
        tiers = value;
        return this;
    }

    /** So many tokens; three times as many in 19 of 20 cases, and never more than ten times. */
    Bench demand(double prompt, double expected) {
        demand = new Demand(prompt, expected, 3 * expected, Math.round(10 * expected));
        return this;
    }

    Bench demand(Demand value) {
        demand = value;
        return this;
    }

    Bench constraints(Constraints value) {
        constraints = value;
        return this;
    }

    Bench worth(Worth value) {
        worth = value;
        return this;
    }

    Bench blocks(int count) {
        affinity =
                new Affinity(affinity.session(), new Random(count).longs(count).toArray(), 64);
        return this;
    }

    Bench affinity(long session, long... blocks) {
        affinity = new Affinity(session, blocks, 64);
        return this;
    }

    Bench random(RandomGenerator value) {
        random = value;
        return this;
    }

    Bench attempts(int most) {
        maxAttempts = most;
        return this;
    }

    SetLoad load() {
        return load;
    }

    Directory directory() {
        if (directory.isEmpty()) {
            directory = Optional.of(Directory.of(workers));
        }
        return directory.get();
    }

    RoutingContext context() {
        return new RoutingContext(
                Operation.CHAT,
                tiers,
                Set.of(Capability.CHAT),
                1,
                demand,
                constraints,
                worth,
                affinity,
                maxAttempts,
                1_000_000_000L,
                random);
    }

    RoutingDecision select(RoutingPolicy policy) {
        return policy.select(context(), directory(), load);
    }

    /** Seconds of an empty prompt, of each of its tokens, of each token generated; one that was seen often. */
    static Forecast forecast(double first, double perPromptToken, double perToken, double tail) {
        return new Seen(first, perPromptToken, perToken, tail, 100, 0);
    }

    static Forecast cold(Forecast like) {
        return ((Seen) like).with(0, 0);
    }

    static Forecast peak(double seconds) {
        return new Seen(0.03, 2.5e-4, 0.012, 1, 100, seconds);
    }

    private record Seen(double first, double perPromptToken, double perToken, double tail, double observed, double peak)
            implements Forecast {
        Seen with(double observations, double seconds) {
            return new Seen(first, perPromptToken, perToken, tail, observations, seconds);
        }

        @Override
        public double firstTokenSeconds(double uncachedTokens) {
            return first + uncachedTokens * perPromptToken;
        }

        /** Twice as long at 65 as alone. */
        @Override
        public double secondsPerToken(double batch) {
            return perToken * (1 + (batch - 1) / 64);
        }

        @Override
        public double peakSeconds(long nowNanos) {
            return peak;
        }

        @Override
        public double observations(long nowNanos) {
            return observed;
        }
    }
}
