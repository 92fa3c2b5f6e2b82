package dev.penstock.routing.model;

import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a name that was asked for comes down to.
 *
 * @param tiers the models that would do, for {@link dev.penstock.routing.RoutingContext#tiers}; of a cascade its first stage
 * @param escalation the stages that follow, each asked where the answer before it is not confident enough; mostly none
 */
public record Resolution(List<List<ModelChoice>> tiers, List<Stage> escalation) {
    /**
     * A larger model, and when it is asked.
     *
     * @param minConfidence the confidence of the answer before below which it is asked, 0 to 1
     * @param tiers as {@link Resolution#tiers}
     */
    public record Stage(double minConfidence, List<List<ModelChoice>> tiers) {
        public Stage {
            tiers = tiers.stream().map(List::copyOf).toList();
        }
    }

    public Resolution {
        tiers = tiers.size() == 1 // nearly always
                ? List.of(List.copyOf(tiers.getFirst()))
                : tiers.stream().map(List::copyOf).toList();
        escalation = List.copyOf(escalation);
    }

    /** One model and nothing else. */
    public static Resolution of(ModelChoice only) {
        return new Resolution(List.of(List.of(only)), List.of());
    }

    /** Whether the answer of the first stage is judged before it is sent on. */
    public boolean cascades() {
        return !escalation.isEmpty();
    }

    /** The models of all stages: those of a later one as if they were a fallback. */
    public List<List<ModelChoice>> allTiers() {
        if (!cascades()) {
            return tiers;
        }
        List<List<ModelChoice>> all = new ArrayList<>(tiers);
        escalation.forEach(stage -> all.addAll(stage.tiers()));
        return all;
    }

    /** What is left of it from the stage of that model on; the last stage where none has it. */
    public Resolution from(ModelId model) {
        for (int i = 0; i < escalation.size(); i++) {
            Stage stage = escalation.get(i);
            boolean has = stage.tiers().stream().flatMap(List::stream).anyMatch(choice -> choice.model()
                    .equals(model));
            if (has || i == escalation.size() - 1) {
                return new Resolution(stage.tiers(), escalation.subList(i + 1, escalation.size()));
            }
        }
        return this;
    }
}
