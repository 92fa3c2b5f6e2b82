package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.engine.Shape;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.Worth;
import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.spi.Options;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Pools for tests. */
final class Pools {
    static final ModelId MODEL = new ModelId("llm");

    private Pools() {}

    static Member member(int slot, Shape shape, int capacity, Site.Kind site, double rtt, double jitter) {
        ServedModel model = new ServedModel(MODEL, "", 0, 0, "", Set.of(Capability.CHAT), Optional.of(Price.hourly(1)));
        Worker worker = new Worker(
                new WorkerId("w" + slot),
                slot,
                URI.create("http://w" + slot + ".invalid"),
                Accelerator.GPU,
                new Site("s", site, ""),
                capacity,
                List.of(model));
        return new Member(worker, shape, new Member.Link(rtt, jitter), 1);
    }

    static List<Member> alike(int count, Shape shape, int capacity) {
        return IntStream.range(0, count)
                .mapToObj(slot -> member(slot, shape, capacity, Site.Kind.EDGE, 0.001, 0.1))
                .toList();
    }

    static RoutingPolicy twoChoices() {
        return Policies.named("two-choices", Options.NONE, List.of());
    }

    static Setup setup(
            List<Member> members,
            int gateways,
            Supplier<RoutingPolicy> policy,
            List<Disturbance> disturbances,
            long seed) {
        return new Setup(
                members,
                gateways,
                policy,
                NoLearning::new,
                List.of(ModelChoice.of(MODEL)),
                Worth.DEFAULT,
                0,
                Signals.DEFAULT,
                100_000,
                3_600_000_000_000L,
                disturbances,
                seed);
    }
}
