package dev.penstock.protocol.announcement;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a Penstock tells another that sends it requests, when asked: everything at once, so that any answer may be lost.
 *
 * @param instance which process tells it, 1 to 64 characters of {@code [A-Za-z0-9-]}
 * @param sequence which summary of that process this is, at least 0: later ones are greater
 * @param draining it takes no new requests
 * @param load of the workers that serve any of the models, all together
 * @param models what it runs itself, at most {@link #MAX_MODELS}, no name twice
 * @param leftOut how many models it has beyond those, at least 0
 */
public record PoolSummary(
        String instance, long sequence, boolean draining, Load load, List<OfferedModel> models, int leftOut) {
    /** The version of the summary that this program writes, and the only one it reads. */
    public static final int PROTOCOL_VERSION = 1;

    /** The path it is asked for under. */
    public static final String PATH = "/v1/penstock/summary";

    /** The most models of one summary. */
    public static final int MAX_MODELS = 256;

    /** The longest summary, as JSON in UTF-8. */
    public static final int MAX_BYTES = 128 << 10;

    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int MOST = 1_000_000_000;

    /**
     * How busy workers are.
     *
     * @param capacity requests that those which are available take at once, at least 0
     * @param running requests at the workers, from all gateways, at least 0
     * @param queued requests that wait for room, at least 0
     * @param pendingTokens tokens those at the workers are still expected to take, read and generated, at least 0
     */
    public record Load(int capacity, int running, int queued, long pendingTokens) {
        /** Nobody there. */
        public static final Load NONE = new Load(0, 0, 0, 0);

        public Load {
            Limits.range("load.capacity", capacity, 0, MOST);
            Limits.range("load.running", running, 0, MOST);
            Limits.range("load.queued", queued, 0, MOST);
            Limits.range("load.pending-tokens", pendingTokens, 0, Long.MAX_VALUE);
        }
    }

    /**
     * A model it runs.
     *
     * @param model what it is; of several workers' the least that holds for all of them, the price the dearest, and empty
     *     where one's is unknown
     * @param load of the workers that serve it: work of their other models is in it. Without capacity nobody serves it at
     *     the moment
     */
    public record OfferedModel(AnnouncedModel model, Load load) {}

    public PoolSummary {
        if (!INSTANCE.matcher(instance).matches()) {
            throw new IllegalArgumentException("instance: (expected: 1 to 64 characters of [A-Za-z0-9-])");
        }
        Limits.range("sequence", sequence, 0, Long.MAX_VALUE);
        Limits.range("models", models.size(), 0, MAX_MODELS);
        Limits.range("models-left-out", leftOut, 0, Integer.MAX_VALUE);
        if (models.stream().map(offered -> offered.model().name()).distinct().count() != models.size()) {
            throw new IllegalArgumentException("models: two share a name (expected: each its own)");
        }
        models = List.copyOf(models);
    }
}
