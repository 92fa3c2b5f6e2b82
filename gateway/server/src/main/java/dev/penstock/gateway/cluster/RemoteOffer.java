package dev.penstock.gateway.cluster;

import dev.penstock.protocol.announcement.PoolSummary;
import dev.penstock.protocol.announcement.PoolSummary.OfferedModel;
import dev.penstock.protocol.announcement.PoolSummaryJson;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.ServedModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a remote Penstock last said, in the router's terms.
 *
 * @param instance which process said it
 * @param sequence which of its summaries that was
 * @param draining it takes no new requests
 * @param load at its workers and in its queues
 * @param capacity how many requests it takes at once, at least 1
 * @param models what it can run now
 * @param resting what it knows and can run again when its workers are back
 * @param refused why models of the summary were left out
 */
record RemoteOffer(
        String instance,
        long sequence,
        boolean draining,
        EngineSignals.Reading load,
        int capacity,
        List<ServedModel> models,
        Set<ModelId> resting,
        List<String> refused) {
    RemoteOffer {
        models = List.copyOf(models);
        resting = Set.copyOf(resting);
        refused = List.copyOf(refused);
    }

    /** What it says. A name that is none is left out, and so told. */
    static RemoteOffer of(PoolSummaryJson.Read read) {
        PoolSummary said = read.summary();
        List<String> refused = new ArrayList<>(read.refused());
        List<ServedModel> models = new ArrayList<>();
        Set<ModelId> resting = new HashSet<>();
        for (OfferedModel offered : said.models()) {
            try {
                ServedModel model = AnnouncementIntake.model(offered.model());
                if (offered.load().capacity() > 0) {
                    models.add(model);
                } else {
                    resting.add(model.id());
                }
            } catch (IllegalArgumentException notAModel) {
                refused.add(String.valueOf(notAModel.getMessage()));
            }
        }
        return new RemoteOffer(
                said.instance(),
                said.sequence(),
                said.draining(),
                new EngineSignals.Reading(said.load().running(), said.load().queued()),
                Math.max(1, said.load().capacity()),
                models,
                resting,
                refused);
    }

    /** Whether it was said before that one was, by the same process: answers can overtake one another. */
    boolean isBehind(RemoteOffer other) {
        return instance.equals(other.instance) && sequence < other.sequence;
    }

    /** Whether it is that one, told again. */
    boolean isAgain(RemoteOffer other) {
        return instance.equals(other.instance) && sequence == other.sequence;
    }
}
