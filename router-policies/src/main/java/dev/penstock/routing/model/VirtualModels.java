package dev.penstock.routing.model;

import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.model.VirtualModel.Alias;
import dev.penstock.routing.model.VirtualModel.Auto;
import dev.penstock.routing.model.VirtualModel.Cascade;
import dev.penstock.routing.model.VirtualModel.Fallback;
import dev.penstock.routing.model.VirtualModel.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The virtual models of a configuration, checked: no cycles, no unknown targets, and every chain short. Immutable.
 *
 * <p>A split is drawn by weighted rendezvous hashing: of the shares, the one with the greatest {@code -weight / ln(u)}, for
 * {@code u} the hash of key, virtual name and target, evenly spread over 0 to 1. Each target gets its share of the keys, and
 * a change of one weight moves only keys that go to, or come from, that target.
 *
 * <p>Source: D. G. Thaler and C. V. Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", IEEE/ACM ToN 6(1), 1998;
 * with weights, C. Schindelhauer and G. Schomaker, "Weighted Distributed Hash Tables", SPAA 2005 (the logarithmic method).
 */
public final class VirtualModels {
    /** The longest chain of virtual models that lead to one another. */
    public static final int MAX_DEPTH = 8;
    /** The most models that one name may lead to, all in all. */
    public static final int MAX_TARGETS = 64;

    /** No virtual model at all: every name stands for itself. */
    public static final VirtualModels NONE = of(Map.of(), Map.of(), model -> true);

    private final TreeMap<ModelId, VirtualModel> models;
    private final Map<ModelId, Quality> qualities;
    private final Set<ModelId> judged;

    private VirtualModels(Map<ModelId, VirtualModel> models, Map<ModelId, Quality> qualities, Predicate<ModelId> pool) {
        this.models = new TreeMap<>(models);
        this.qualities = Map.copyOf(qualities);
        for (ModelId name : this.models.keySet()) {
            check(name, List.of(name), pool);
        }
        for (ModelId name : this.models.keySet()) {
            checkKind(name);
        }
        this.judged = models.keySet().stream()
                .filter(name -> reaches(name, Auto.class::isInstance))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Virtual models, by name.
     *
     * @param qualities of models of the pool, as far as known
     * @param pool whether a name is, or may be, a model of the pool
     * @throws IllegalArgumentException for a cycle, an unknown target, a target of a kind that cannot stand there, or a
     *     candidate of unknown quality; naming the path
     */
    public static VirtualModels of(
            Map<ModelId, VirtualModel> models, Map<ModelId, Quality> qualities, Predicate<ModelId> pool) {
        return new VirtualModels(models, qualities, pool);
    }

    /** The virtual names, in order. */
    public SortedSet<ModelId> names() {
        return new TreeSet<>(models.keySet());
    }

    /** Whether the name is a virtual one. */
    public boolean isVirtual(ModelId name) {
        return models.containsKey(name);
    }

    /** Whether a request of that name may be run by several models, one after another. */
    public boolean escalates(ModelId name) {
        return reaches(name, Cascade.class::isInstance);
    }

    /** Whether {@link #resolve} may ask for the request's difficulty. */
    public boolean asksDifficulty(ModelId name) {
        return judged.contains(name);
    }

    /**
     * What a name comes down to.
     *
     * @param keyId whose request it is
     * @param requestId which request it is
     * @param difficulty of the request, in log odds, 0 for an average one; asked at most once, and only where it matters
     */
    public Resolution resolve(ModelId asked, String keyId, String requestId, DoubleSupplier difficulty) {
        return models.isEmpty() ? Resolution.of(choice(asked)) : new Walk(keyId, requestId, difficulty).resolve(asked);
    }

    private ModelChoice choice(ModelId model) {
        Quality known = qualities.get(model);
        return new ModelChoice(model, known == null ? Double.NaN : known.value());
    }

    /** One resolution. Its depth is bounded, since what it walks was checked. */
    private final class Walk {
        private final String keyId;
        private final String requestId;
        private final DoubleSupplier source;
        private double difficulty = Double.NaN;

        Walk(String keyId, String requestId, DoubleSupplier source) {
            this.keyId = keyId;
            this.requestId = requestId;
            this.source = source;
        }

        Resolution resolve(ModelId name) {
            VirtualModel virtual = models.get(name);
            return switch (virtual) {
                case null -> Resolution.of(choice(name));
                case Alias alias -> resolve(alias.target());
                case Split split -> resolve(draw(name, split));
                case Fallback fallback ->
                    new Resolution(
                            fallback.tiers().stream()
                                    .flatMap(tier -> resolve(tier).tiers().stream())
                                    .toList(),
                            List.of());
                case Auto auto -> new Resolution(ranked(auto), List.of());
                case Cascade cascade -> {
                    List<Resolution.Stage> all = cascade.stages().stream()
                            .map(stage -> new Resolution.Stage(
                                    cascade.minConfidence(), resolve(stage).tiers()))
                            .toList();
                    yield new Resolution(all.getFirst().tiers(), all.subList(1, all.size()));
                }
            };
        }

        private ModelId draw(ModelId name, Split split) {
            String who = split.by() == Split.By.KEY ? keyId : requestId;
            return split.shares().stream()
                    .max(Comparator.comparingDouble(share -> share.weight()
                            / -Math.log(StableHash.unit(
                                    who, name.value(), share.model().value()))))
                    .orElseThrow()
                    .model();
        }

        private List<List<ModelChoice>> ranked(Auto auto) {
            List<ModelChoice> enough = new ArrayList<>();
            List<ModelChoice> below = new ArrayList<>();
            for (Auto.Candidate candidate : auto.candidates()) {
                ModelId model =
                        resolve(candidate.model()).tiers().getFirst().getFirst().model();
                double quality = quality(candidate, model).orElseThrow().at(difficulty());
                (quality >= auto.floor() ? enough : below).add(new ModelChoice(model, quality));
            }
            below.sort(Comparator.comparingDouble(ModelChoice::quality).reversed());
            List<List<ModelChoice>> tiers = new ArrayList<>();
            if (auto.prefer() == Auto.Prefer.POLICY && !enough.isEmpty()) {
                tiers.add(enough);
            } else {
                enough.forEach(choice -> tiers.add(List.of(choice)));
            }
            below.forEach(choice -> tiers.add(List.of(choice)));
            return tiers;
        }

        private double difficulty() {
            if (Double.isNaN(difficulty)) {
                double asked = source.getAsDouble();
                difficulty = Double.isNaN(asked) ? 0 : asked;
            }
            return difficulty;
        }
    }

    private Optional<Quality> quality(Auto.Candidate candidate, ModelId model) {
        return candidate.quality().or(() -> Optional.ofNullable(qualities.get(model)));
    }

    /** Follows every way from a name. {@code path} ends with it. */
    private int check(ModelId name, List<ModelId> path, Predicate<ModelId> pool) {
        VirtualModel virtual = models.get(name);
        if (virtual == null) {
            if (!pool.test(name)) {
                throw refused(path, "there is no such model (expected: a model of the pool or a virtual one)");
            }
            return 1;
        }
        if (path.size() > MAX_DEPTH) {
            throw refused(path, "too long a chain (expected: at most " + MAX_DEPTH + ")");
        }
        int reached = 0;
        for (ModelId target : virtual.targets()) {
            List<ModelId> longer = new ArrayList<>(path);
            longer.add(target);
            if (path.contains(target)) {
                throw refused(longer, "a cycle (expected: none)");
            }
            reached += check(target, longer, pool);
            if (reached > MAX_TARGETS) {
                throw refused(path, "leads to more than " + MAX_TARGETS + " models (expected: at most as many)");
            }
        }
        return reached;
    }

    private void checkKind(ModelId name) {
        switch (models.get(name)) {
            case Fallback fallback ->
                fallback.tiers()
                        .forEach(tier -> forbid(
                                name, tier, Cascade.class::isInstance, "a cascade (expected: none in a fallback)"));
            case Cascade cascade -> cascade.stages().forEach(stage -> requireOne(name, stage));
            case Auto auto -> {
                auto.candidates().forEach(candidate -> requireOne(name, candidate.model()));
                auto.candidates().forEach(candidate -> requireQuality(name, candidate));
            }
            case null, default -> {} // they take any
        }
    }

    private void requireOne(ModelId name, ModelId target) {
        forbid(
                name,
                target,
                virtual -> !(virtual instanceof Alias || virtual instanceof Split),
                "of more than one model (expected: a model of the pool, an alias or a split)");
    }

    private void forbid(ModelId name, ModelId target, Predicate<VirtualModel> kind, String what) {
        if (reaches(target, kind)) {
            throw refused(List.of(name, target), what);
        }
    }

    private boolean reaches(ModelId name, Predicate<VirtualModel> kind) {
        VirtualModel virtual = models.get(name);
        return virtual != null
                && (kind.test(virtual) || virtual.targets().stream().anyMatch(target -> reaches(target, kind)));
    }

    private void requireQuality(ModelId name, Auto.Candidate candidate) {
        for (ModelId model : leaves(candidate.model())) {
            if (quality(candidate, model).isEmpty()) {
                throw refused(List.of(name, model), "its quality is unknown (expected: one here or in qualities)");
            }
        }
    }

    /** The models of the pool that a name may come down to; itself where it is no virtual one. */
    public Set<ModelId> leaves(ModelId name) {
        VirtualModel virtual = models.get(name);
        return virtual == null
                ? Set.of(name)
                : virtual.targets().stream()
                        .flatMap(target -> leaves(target).stream())
                        .collect(Collectors.toSet());
    }

    private static IllegalArgumentException refused(List<ModelId> path, String why) {
        return new IllegalArgumentException(
                path.stream().map(ModelId::value).collect(Collectors.joining(" -> ")) + ": " + why);
    }
}
