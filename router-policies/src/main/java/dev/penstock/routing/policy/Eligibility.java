package dev.penstock.routing.policy;

import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The hard filters every policy applies first: serves the model, can do what is asked, is alive, has room.
 *
 * @param candidates who passed, by worker id
 * @param refusal why nobody did; empty where somebody did
 */
record Eligibility(List<Worker> candidates, Optional<NoCandidate> refusal) {

    static Eligibility of(RoutingContext context, Directory directory, LoadView load) {
        List<Worker> serving = directory.serving(context.model());
        if (serving.isEmpty()) {
            return none(new NoCandidate.UnknownModel(context.model()));
        }
        List<Worker> able = new ArrayList<>(serving.size());
        for (Worker worker : serving) {
            if (served(context, worker).capabilities().containsAll(context.required())) {
                able.add(worker);
            }
        }
        if (able.isEmpty()) {
            Capability lacking = missing(context, serving.getFirst()).orElseThrow();
            return none(new NoCandidate.MissingCapability(context.model(), lacking));
        }
        List<Worker> roomy = new ArrayList<>(able.size());
        boolean anyAlive = false;
        boolean anySilent = false;
        for (Worker worker : able) {
            if (load.available(worker.slot()) && context.constraints().permits(worker.site())) {
                anyAlive = true;
                if (load.hasRoom(worker, context.places())) {
                    roomy.add(worker);
                }
            }
        }
        if (!anyAlive) {
            for (Worker worker : able) {
                anySilent |= load.fellSilent(worker.slot());
            }
            return none(
                    anySilent
                            ? new NoCandidate.AllBusy(context.model())
                            : new NoCandidate.NoLiveWorker(context.model()));
        }
        return roomy.isEmpty()
                ? none(new NoCandidate.AllBusy(context.model()))
                : new Eligibility(roomy, Optional.empty());
    }

    private static Eligibility none(NoCandidate reason) {
        return new Eligibility(List.of(), Optional.of(reason));
    }

    private static ServedModel served(RoutingContext context, Worker worker) {
        return worker.model(context.model()).orElseThrow();
    }

    private static Optional<Capability> missing(RoutingContext context, Worker worker) {
        ServedModel model = served(context, worker);
        return Arrays.stream(Capability.values())
                .filter(capability -> context.required().contains(capability)
                        && !model.capabilities().contains(capability))
                .findFirst();
    }
}
