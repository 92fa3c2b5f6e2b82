package dev.penstock.loadtest.simulation;

import dev.penstock.loadtest.simulation.engine.EngineShape;
import dev.penstock.loadtest.simulation.pool.Disturbance;
import dev.penstock.loadtest.simulation.pool.Member;
import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A scenario's pool in the terms of routing. */
final class ScenarioPool {
    private static final Set<Capability> CAPABILITIES = EnumSet.of(Capability.CHAT, Capability.COMPLETION);

    private ScenarioPool() {}

    /** All workers. */
    static List<Member> members(Scenario scenario) {
        List<Member> members = new ArrayList<>();
        for (PoolGroup group : scenario.pool()) {
            for (int i = 0; i < group.count(); i++) {
                String name = group.count() == 1 ? group.name() : group.name() + "-" + (i + 1);
                members.add(member(group, name, members.size()));
            }
        }
        return members;
    }

    /** One worker of each group, whose link does not vary. */
    static List<Member> samples(Scenario scenario) {
        List<Member> members = new ArrayList<>();
        for (PoolGroup group : scenario.pool()) {
            Member member = member(group, group.name(), members.size());
            members.add(new Member(
                    member.worker(),
                    member.shape(),
                    new Member.Link(member.link().rttSeconds(), 0),
                    member.provisionedPerHour()));
        }
        return members;
    }

    private static Member member(PoolGroup group, String name, int slot) {
        boolean edge = group.site() == Site.Kind.EDGE;
        ServedModel model = new ServedModel(
                new ModelId(group.model()),
                "",
                group.profile().parameters(),
                group.shape() instanceof EngineShape engine ? engine.memoryTokens() : 0,
                "",
                CAPABILITIES,
                group.price().map(ScenarioPool::price));
        Worker worker = new Worker(
                new WorkerId(name),
                slot,
                URI.create("http://" + name + ".invalid"),
                group.profile().accelerator(),
                new Site(edge ? "edge" : "cloud", group.site(), group.region()),
                group.places(),
                List.of(model));
        return new Member(
                worker,
                group.shape(),
                new Member.Link(group.rtt().toNanos() / 1e9, group.jitter()),
                group.provisionedPerHour());
    }

    private static Price price(PoolGroup.PriceTag tag) {
        return new Price(
                tag.inputPerMillion(),
                tag.cachedInputPerMillion().orElse(tag.inputPerMillion()),
                tag.outputPerMillion(),
                tag.perHour());
    }

    /** The models that would do. */
    static List<ModelChoice> models(Scenario scenario) {
        if (!scenario.models().isEmpty()) {
            return scenario.models().stream()
                    .map(tag -> new ModelChoice(
                            new ModelId(tag.name()), tag.quality().orElse(Double.NaN)))
                    .toList();
        }
        Set<String> names = new LinkedHashSet<>();
        scenario.pool().forEach(group -> names.add(group.model()));
        return names.stream().map(name -> ModelChoice.of(new ModelId(name))).toList();
    }

    /**
     * What goes wrong, at its moments in this trace.
     *
     * @throws IllegalArgumentException for a worker there is not
     */
    static List<Disturbance> disturbances(Scenario scenario, List<Member> members, Trace trace) {
        double nanos = trace.seconds() * 1e9;
        List<Disturbance> all = new ArrayList<>();
        for (FaultPlan fault : scenario.faults()) {
            List<Integer> slots = slots(fault, scenario, members);
            long from = (long) (fault.from() * nanos);
            long until = (long) (fault.until() * nanos);
            all.add(
                    switch (fault) {
                        case FaultPlan.Death death -> new Disturbance.Death(slots, from, until);
                        case FaultPlan.LinkDown down -> new Disturbance.Cut(slots, from, until, 0);
                        case FaultPlan.LinkFlapping flapping ->
                            new Disturbance.Cut(slots, from, until, (long) (flapping.period() * 1e9));
                        case FaultPlan.LinkSlow slow -> new Disturbance.Slow(slots, from, until, slow.extra());
                    });
        }
        return all;
    }

    private static List<Integer> slots(FaultPlan fault, Scenario scenario, List<Member> members) {
        List<Integer> slots = new ArrayList<>();
        for (String name : fault.workers()) {
            Optional<PoolGroup> group = scenario.pool().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst();
            List<Integer> found = members.stream()
                    .filter(member -> member.worker().id().value().equals(name)
                            || group.filter(of -> of.count() > 1
                                            && member.worker()
                                                    .id()
                                                    .value()
                                                    .matches(java.util.regex.Pattern.quote(of.name()) + "-\\d+"))
                                    .isPresent())
                    .map(member -> member.worker().slot())
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("faults: workers: " + name + " (expected: one of "
                        + String.join(
                                ", ",
                                scenario.pool().stream().map(PoolGroup::name).toList()) + ", or one of theirs)");
            }
            slots.addAll(found);
        }
        return slots;
    }
}
