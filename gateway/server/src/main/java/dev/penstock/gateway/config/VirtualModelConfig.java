package dev.penstock.gateway.config;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.model.VirtualModel;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A name that stands for other models. */
@Doc("""
        A name that clients may ask for and that stands for other models: exactly one of `alias`, `split`, `fallback`, `auto`
        and `cascade`. It is listed among the models; the answer's `model` says which one answered. A key's `models` are about
        the name that is asked for: who may ask for it may be answered by any model it stands for.""")
public record VirtualModelConfig(
        @Doc("The name clients ask for.") @Example("assistant")
        String name,

        @Doc("Another name of one model, virtual or not.") @Example("llama-3.1-8b")
        Optional<String> alias,

        @Doc("Each request goes to one of several, in proportion to their weights.")
        Optional<SplitConfig> split,

        @Doc(
                "Models in order: the first that somebody can run; the next where nobody can, or all who could have failed.")
        List<String> fallback,

        @Doc("The smallest model that is good enough for the request, by its difficulty.")
        Optional<AutoConfig> auto,

        @Doc("A small model first, a larger one where the answer is not confident enough.")
        Optional<CascadeConfig> cascade) {
    public VirtualModelConfig {
        Names.requireModel("name", name);
        alias.ifPresent(target -> Names.requireModel("alias", target));
        fallback = List.copyOf(fallback);
        fallback.forEach(target -> Names.requireModel("fallback", target));
        Names.requireDistinct("fallback", "name", fallback);
        long kinds = Stream.of(
                        alias.isPresent(),
                        split.isPresent(),
                        !fallback.isEmpty(),
                        auto.isPresent(),
                        cascade.isPresent())
                .filter(given -> given)
                .count();
        if (kinds != 1) {
            throw new IllegalArgumentException(
                    name + ": " + kinds + " of alias, split, fallback, auto and cascade (expected: exactly one)");
        }
    }

    /** As routing knows it. */
    VirtualModel virtual() {
        if (alias.isPresent()) {
            return new VirtualModel.Alias(new ModelId(alias.get()));
        } else if (split.isPresent()) {
            return split.get().virtual();
        } else if (auto.isPresent()) {
            return auto.get().virtual();
        } else if (cascade.isPresent()) {
            return cascade.get().virtual();
        }
        return new VirtualModel.Fallback(fallback.stream().map(ModelId::new).toList());
    }
}
