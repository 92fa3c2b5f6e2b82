package dev.penstock.routing.policy;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Placement;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.Worth;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/** Pools, loads and requests drawn at random: of every kind, with no regard to what is usual. */
final class RandomPool {
    static final List<ModelId> MODELS = List.of(new ModelId("small"), new ModelId("middle"), new ModelId("large"));
    private static final List<String> REGIONS = List.of("", "eu", "us");

    private final Random random;

    RandomPool(Random random) {
        this.random = random;
    }

    static <T> T any(Random random, T[] values) {
        return Arrays.asList(values).get(random.nextInt(values.length));
    }

    Directory directory() {
        List<Worker> workers = new ArrayList<>();
        int many = 1 + random.nextInt(10);
        for (int slot = 0; slot < many; slot++) {
            workers.add(worker(slot));
        }
        return Directory.of(workers);
    }

    private Worker worker(int slot) {
        Site.Kind kind = random.nextBoolean() ? Site.Kind.EDGE : Site.Kind.CLOUD;
        Site site = new Site(
                "site-" + random.nextInt(3),
                kind,
                REGIONS.get(random.nextInt(REGIONS.size())),
                any(random, DataClass.values()));
        List<ServedModel> models = new ArrayList<>();
        for (ModelId model : MODELS) {
            if (random.nextInt(3) > 0) {
                models.add(served(model));
            }
        }
        return new Worker(
                new WorkerId("w" + slot),
                slot,
                URI.create("http://127.0.0.1:" + (10000 + slot)),
                Accelerator.GPU,
                site,
                1 + random.nextInt(4),
                models);
    }

    private ServedModel served(ModelId model) {
        Set<Capability> capabilities =
                random.nextInt(4) == 0 ? EnumSet.of(Capability.CHAT) : EnumSet.of(Capability.CHAT, Capability.TOOLS);
        Optional<Price> price =
                switch (random.nextInt(4)) {
                    case 0 -> Optional.empty();
                    case 1 -> Optional.of(Price.FREE);
                    case 2 -> Optional.of(Price.hourly(random.nextDouble() * 10));
                    default -> Optional.of(new Price(random.nextDouble() * 10, random.nextDouble() * 30));
                };
        int context = random.nextBoolean() ? 0 : 512 << random.nextInt(6);
        return new ServedModel(model, "", 0, context, "", capabilities, price);
    }

    SetLoad load(Directory directory) {
        SetLoad load = new SetLoad(directory.workers().size());
        for (Worker worker : directory.workers()) {
            int slot = worker.slot();
            load.available[slot] = random.nextInt(5) > 0;
            load.inFlight[slot] = random.nextInt(worker.capacity() + 1);
            load.foreign[slot] = random.nextInt(2);
            load.queue[slot] = random.nextInt(3) == 0 ? random.nextInt(5) : 0;
            load.promptsAhead[slot] = random.nextBoolean() ? -1 : random.nextInt(20_000);
            load.promptsPerSecond[slot] = random.nextInt(5_000);
            load.pendingPrompts[slot] = random.nextInt(3) == 0 ? random.nextInt(20_000) : 0;
            load.pendingOutputs[slot] = random.nextInt(2_000);
            load.cacheUse[slot] = random.nextDouble();
            load.link[slot] = random.nextDouble() * 0.2;
            load.forecasts[slot] = random.nextInt(3) > 0
                    ? Forecast.UNKNOWN
                    : new Troubled(
                            Forecast.UNKNOWN,
                            random.nextInt(2) * 20 * random.nextDouble(),
                            9 * random.nextDouble(),
                            random.nextDouble());
            load.cached[slot] = random.nextInt(3) == 0 ? random.nextInt(8) : 0;
        }
        return load;
    }

    RoutingContext context(Constraints constraints, int maxAttempts) {
        List<List<ModelChoice>> tiers = new ArrayList<>();
        int many = 1 + random.nextInt(3);
        for (int tier = 0; tier < many; tier++) {
            List<ModelChoice> choices = new ArrayList<>();
            int models = 1 + random.nextInt(3);
            for (int i = 0; i < models; i++) {
                ModelId model = MODELS.get(random.nextInt(MODELS.size()));
                choices.add(new ModelChoice(model, random.nextBoolean() ? Double.NaN : random.nextDouble()));
            }
            tiers.add(choices);
        }
        Set<Capability> required =
                random.nextInt(3) == 0 ? Set.of(Capability.CHAT, Capability.TOOLS) : Set.of(Capability.CHAT);
        return new RoutingContext(
                Operation.CHAT,
                tiers,
                required,
                1 + random.nextInt(2),
                demand(),
                constraints,
                new Worth(random.nextDouble() * 0.01, random.nextDouble() * 0.1),
                affinity(),
                maxAttempts,
                1_000_000_000L,
                new Random(random.nextLong()));
    }

    private Demand demand() {
        double expected = random.nextInt(500);
        long most = random.nextBoolean() ? Demand.UNBOUNDED : random.nextInt(1000);
        return new Demand(random.nextInt(4000), expected, expected + random.nextInt(500), most);
    }

    private Affinity affinity() {
        long[] blocks = new long[random.nextInt(2) * random.nextInt(10)];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = random.nextLong();
        }
        return new Affinity(random.nextBoolean() ? 0 : random.nextLong(), blocks, 64);
    }

    Constraints constraints() {
        return new Constraints(
                any(random, DataClass.values()),
                any(random, Placement.values()),
                random.nextInt(3) > 0 ? Optional.empty() : Optional.of(Set.of("eu")),
                random.nextInt(3) > 0 ? Optional.empty() : Optional.of(Set.of("site-0")),
                random.nextInt(3) > 0 ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble() * 0.05),
                random.nextInt(3) > 0 ? Optional.empty() : Optional.of(Duration.ofMillis(1 + random.nextInt(20_000))),
                random.nextInt(3) > 0 ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble()));
    }
}
