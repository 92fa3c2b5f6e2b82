package dev.penstock.gateway.config;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.model.Quality;
import dev.penstock.routing.model.VirtualModel.Auto;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.util.List;
import java.util.Optional;

/** A choice by quality and difficulty. */
@Doc("""
        Of several models the smallest that is good enough for the request. A model's quality for a request is
        `logistic(logit(quality) - difficulty)`, with the difficulty of the section `difficulty`. Those below the floor are
        fallbacks, the best first; what must never be answered by less has a `min-quality` in its constraints.""")
public record AutoConfig(
        @Doc("From the smallest to the largest, at least one.")
        List<Candidate> candidates,

        @Doc("The least quality for a request that is good enough.") @Default("0.7") @Range(min = "0", max = "1")
        double floor,

        @Doc("""
                Among those that are good enough. `smallest`: the first of them that somebody can run. `policy`: the routing
                policy decides by price, time and what each lacks of the best.""") @Default("smallest") Auto.Prefer prefer) {
    /** A model that may be taken. */
    @Doc("A model that may be taken.")
    public record Candidate(
            @Doc("Which model; or an alias or split of such.") @Example("llama-3.1-8b")
            String model,

            @Doc("""
                    The quality of its answers to requests of average difficulty; without it that of `qualities`.""") @Example("0.75") @Range(min = "0", max = "1")
            Optional<Double> quality,

            @Doc("Where the number is from, such as a benchmark and its date.") @Default("configuration")
            String source) {
        public Candidate {
            Names.requireModel("model", model);
            quality.ifPresent(value -> new Quality(value, source));
        }
    }

    public AutoConfig {
        candidates = List.copyOf(candidates);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("candidates: none (expected: at least one)");
        }
        Names.requireDistinct(
                "candidates", "model", candidates.stream().map(Candidate::model).toList());
    }

    /** As routing knows it. */
    Auto virtual() {
        return new Auto(
                candidates.stream()
                        .map(each -> new Auto.Candidate(
                                new ModelId(each.model()),
                                each.quality().map(value -> new Quality(value, each.source()))))
                        .toList(),
                floor,
                prefer);
    }
}
