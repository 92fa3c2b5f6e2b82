package dev.penstock.gateway.cluster;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A worker that the configuration names: any OpenAI-compatible server. It takes part like one that announces itself.
 *
 * @param id its name in the pool; announcements under the same name are refused
 * @param endpoint the origin it is dialled at: scheme, host, port and an optional path prefix
 * @param accelerator what it computes on
 * @param site where what finally runs the request stands
 * @param capacity how many requests it takes at once, at least 1
 * @param models what it serves
 * @param probe how it is asked whether it is well
 * @param signals where its load is read
 * @param remote where it is another Penstock, how that is asked what it serves; {@code models} are then none, and
 *     {@code capacity} is the most that it is believed to take
 */
public record StaticWorker(
        WorkerId id,
        URI endpoint,
        Accelerator accelerator,
        Site site,
        int capacity,
        List<ServedModel> models,
        ProbePlan probe,
        EngineSignals signals,
        Optional<SummaryPoll> remote) {
    public StaticWorker {
        models = List.copyOf(models);
    }

    /** A server that is no Penstock. */
    public StaticWorker(
            WorkerId id,
            URI endpoint,
            Accelerator accelerator,
            Site site,
            int capacity,
            List<ServedModel> models,
            ProbePlan probe,
            EngineSignals signals) {
        this(id, endpoint, accelerator, site, capacity, models, probe, signals, Optional.empty());
    }

    Worker at(int slot) {
        return new Worker(id, slot, endpoint, accelerator, site, capacity, models);
    }

    /** As {@link #at}, with what a remote Penstock has said. Where it stands is not its to say. */
    Worker at(int slot, Optional<RemoteOffer> offer) {
        return offer.map(said -> new Worker(
                        id, slot, endpoint, accelerator, site, Math.min(capacity, said.capacity()), said.models()))
                .orElseGet(() -> at(slot));
    }
}
