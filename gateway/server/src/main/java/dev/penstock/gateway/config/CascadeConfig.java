package dev.penstock.gateway.config;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.model.VirtualModel.Cascade;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.List;

/** A cascade. */
@Doc("""
        A small model first. Its answer is held until it is whole; where the mean probability of its tokens is below the
        threshold, or its worker tells none, the next model is asked, and both are charged. The price in time: nothing comes
        before the small model has ended, of a stream neither. Workers of all but the last stage need the capability
        `logprobs`; what a client did not ask for is taken out of its answer.""")
public record CascadeConfig(
        @Doc("From the smallest to the largest, at least two; models, or aliases or splits of such.")
        List<String> stages,

        @Doc("The mean probability of an answer's tokens that is enough.")
        @Default("0.8")
        @Example("0.8")
        @Range(min = "0", max = "1")
        double minConfidence) {
    public CascadeConfig {
        stages = List.copyOf(stages);
        stages.forEach(stage -> Names.requireModel("stages", stage));
        if (stages.size() < 2) {
            throw new IllegalArgumentException("stages: " + stages.size() + " (expected: at least two)");
        }
        Names.requireDistinct("stages", "model", stages);
    }

    /** As routing knows it. */
    Cascade virtual() {
        return new Cascade(stages.stream().map(ModelId::new).toList(), minConfidence);
    }
}
