package dev.penstock.routing.model;

import dev.penstock.routing.ModelId;
import java.util.List;
import java.util.Optional;

/** What a virtual name stands for. Its targets are models of the pool, or other virtual models where it says so. */
public sealed interface VirtualModel {
    /** The names it leads to, in order. */
    List<ModelId> targets();

    /**
     * Another name of one model.
     *
     * @param target of the pool, or any virtual model
     */
    record Alias(ModelId target) implements VirtualModel {
        @Override
        public List<ModelId> targets() {
            return List.of(target);
        }
    }

    /**
     * Each request goes to one of several, in proportion to their weights.
     *
     * @param shares at least one, some of them with a weight above 0; each of the pool, or any virtual model
     * @param by what of a request decides: equal ones go to the same target
     */
    record Split(List<Share> shares, By by) implements VirtualModel {
        /** What a request is told apart by. */
        public enum By {
            /** The key: whoever is given the canary stays with it. */
            KEY,
            /** The request: every one is drawn anew. */
            REQUEST
        }

        /**
         * A target and its weight.
         *
         * @param weight finite, at least 0; 0 gets nothing
         */
        public record Share(ModelId model, double weight) {
            public Share {
                if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                    throw new IllegalArgumentException("weight: " + weight + " (expected: a finite number >= 0)");
                }
            }
        }

        public Split {
            shares = List.copyOf(shares);
            if (shares.stream().noneMatch(share -> share.weight > 0)) {
                throw new IllegalArgumentException("split: no weight (expected: at least one above 0)");
            }
        }

        @Override
        public List<ModelId> targets() {
            return shares.stream().map(Share::model).toList();
        }
    }

    /**
     * The first that somebody can run; the next where nobody can, or all who could have failed.
     *
     * @param tiers in order, at least one; each of the pool, or a virtual model that is no cascade
     */
    record Fallback(List<ModelId> tiers) implements VirtualModel {
        public Fallback {
            tiers = atLeastOne("fallback", tiers);
        }

        @Override
        public List<ModelId> targets() {
            return tiers;
        }
    }

    /**
     * The smallest that is good enough for the request, by its difficulty.
     *
     * @param candidates from the smallest to the largest, at least one; each of the pool, or an alias or split of such
     * @param floor the least {@link Quality#at} that is good enough, 0 to 1
     * @param prefer who decides among those that are good enough
     */
    record Auto(List<Candidate> candidates, double floor, Prefer prefer) implements VirtualModel {
        /** Who decides among those that are good enough. */
        public enum Prefer {
            /** The smallest is taken, the next where nobody can run it. */
            SMALLEST,
            /** The policy: by price, time and what each lacks of the best. */
            POLICY
        }

        /**
         * One that may be taken.
         *
         * @param quality its own, or that of the model it comes down to
         */
        public record Candidate(ModelId model, Optional<Quality> quality) {}

        public Auto {
            candidates = List.copyOf(candidates);
            if (candidates.isEmpty()) {
                throw new IllegalArgumentException("auto: no candidates (expected: at least one)");
            }
            requireShare("floor", floor);
        }

        @Override
        public List<ModelId> targets() {
            return candidates.stream().map(Candidate::model).toList();
        }
    }

    /**
     * A small model first, a larger one where the answer is not confident enough.
     *
     * @param stages from the smallest to the largest, at least two; each of the pool, or an alias or split of such
     * @param minConfidence the mean probability of an answer's tokens below which the next is asked, 0 to 1
     */
    record Cascade(List<ModelId> stages, double minConfidence) implements VirtualModel {
        public Cascade {
            stages = atLeastOne("cascade", stages);
            if (stages.size() < 2) {
                throw new IllegalArgumentException("cascade: 1 stage (expected: at least two)");
            }
            requireShare("min-confidence", minConfidence);
        }

        @Override
        public List<ModelId> targets() {
            return stages;
        }
    }

    private static List<ModelId> atLeastOne(String key, List<ModelId> models) {
        if (models.isEmpty()) {
            throw new IllegalArgumentException(key + ": none (expected: at least one)");
        }
        if (models.stream().distinct().count() != models.size()) {
            throw new IllegalArgumentException(key + ": a model twice (expected: each once)");
        }
        return List.copyOf(models);
    }

    private static void requireShare(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: 0 to 1)");
        }
    }
}
