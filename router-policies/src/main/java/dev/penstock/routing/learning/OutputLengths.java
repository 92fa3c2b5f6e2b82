package dev.penstock.routing.learning;

import dev.penstock.routing.Demand;
import dev.penstock.routing.ModelId;
import org.jspecify.annotations.Nullable;

/**
 * How much requests generate, learned per key and model: {@code max_tokens} says what is allowed, not what comes. Where too
 * little was seen of a key with a model, goes by the model; where of that too, by all; where of all, by
 * {@link Demand#UNKNOWN}.
 *
 * <p>Keeps the {@link #MAX_ENTRIES} last used pairs of key and model, of about 500 bytes each. Thread safe.
 */
public final class OutputLengths {
    /** The most pairs of key and model that are kept. */
    public static final int MAX_ENTRIES = 10_000;

    private static final int MAX_MODELS = 1_024;

    /** Fewer say little of what one in twenty exceeds. */
    private static final double ENOUGH = 10;

    private final RecentlyUsed<Pair, Lengths> pairs;
    private final RecentlyUsed<ModelId, Lengths> models = new RecentlyUsed<>(MAX_MODELS);
    private final Lengths all = new Lengths();

    private record Pair(String key, ModelId model) {}

    /** Nothing was seen yet. */
    public OutputLengths() {
        this(MAX_ENTRIES);
    }

    OutputLengths(int entries) {
        pairs = new RecentlyUsed<>(entries);
    }

    /**
     * What a request is expected to ask for, all of its texts together.
     *
     * @param key who asks; kept as it is, so not a secret
     * @param promptTokens estimated, at least 0
     * @param maxTokens the most that one text may have; {@link Demand#UNBOUNDED} where nothing was said
     * @param places how many texts, at least 1
     */
    public Demand demand(String key, ModelId model, double promptTokens, long maxTokens, int places) {
        double bound = maxTokens == Demand.UNBOUNDED ? Double.POSITIVE_INFINITY : maxTokens;
        Lengths lengths = known(key, model);
        double mean = Math.min(bound, Demand.UNKNOWN.expectedTokens());
        double p95 = Math.min(bound, Demand.UNKNOWN.p95Tokens());
        if (lengths != null) {
            Lengths.Summary summary = lengths.summary(bound);
            mean = summary.mean();
            p95 = summary.p95();
        }
        long most = maxTokens == Demand.UNBOUNDED || maxTokens > Long.MAX_VALUE / places
                ? Demand.UNBOUNDED
                : maxTokens * places;
        return new Demand(promptTokens, mean * places, p95 * places, most);
    }

    /**
     * How many tokens all texts of a request together generate at most, in so many of its like; {@link Demand#UNKNOWN}'s
     * {@code p95Tokens} for each where nothing was seen.
     *
     * @param quantile from 0 to 1
     * @param maxTokens the most that one text may have; {@link Demand#UNBOUNDED} where nothing was said
     * @param places how many texts, at least 1
     */
    public double quantile(String key, ModelId model, double quantile, long maxTokens, int places) {
        Lengths lengths = known(key, model);
        double each = lengths == null ? Demand.UNKNOWN.p95Tokens() : lengths.quantile(quantile);
        return Math.min(each, (double) maxTokens) * places;
    }

    @Nullable
    private Lengths known(String key, ModelId model) {
        Lengths pair = pairs.get(new Pair(key, model));
        if (pair != null && pair.observations() >= ENOUGH) {
            return pair;
        }
        Lengths ofModel = models.get(model);
        if (ofModel != null && ofModel.observations() >= ENOUGH) {
            return ofModel;
        }
        return all.observations() >= ENOUGH ? all : null;
    }

    /**
     * Takes how long one text was.
     *
     * @param completionTokens as the worker reported; what cannot be is left out
     */
    public void observe(String key, ModelId model, double completionTokens) {
        if (!(completionTokens >= 0 && completionTokens < Double.POSITIVE_INFINITY)) {
            return;
        }
        pairs.get(new Pair(key, model), pair -> new Lengths()).observe(completionTokens);
        models.get(model, id -> new Lengths()).observe(completionTokens);
        all.observe(completionTokens);
    }

    int size() {
        return pairs.size();
    }
}
