package dev.penstock.gateway.cluster;

import java.util.List;
import java.util.Optional;

/** Engines whose metrics tell their load, and under which names. */
public enum Engine {
    /** {@code kv_cache_usage_perc} was {@code gpu_cache_usage_perc} before. */
    VLLM(
            "vllm:num_requests_running",
            "vllm:num_requests_waiting",
            "vllm:kv_cache_usage_perc",
            "vllm:gpu_cache_usage_perc"),
    /** With {@code --enable-metrics}. */
    SGLANG("sglang:num_running_reqs", "sglang:num_queue_reqs", "sglang:token_usage"),
    /** With {@code --metrics}. */
    LLAMA_CPP("llamacpp:requests_processing", "llamacpp:requests_deferred", "llamacpp:kv_cache_usage_ratio"),
    /** Tells nothing of its cache. */
    TGI("tgi_batch_current_size", "tgi_queue_size");

    private static final double MOST = 1_000_000;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> names;

    Engine(String... names) {
        this.names = List.of(names);
    }

    /**
     * What its metrics say: the sum over all models and ranks, and the fullest of the caches.
     *
     * @return empty where they are not those of this engine
     */
    Optional<EngineSignals.Reading> read(byte[] metrics) {
        MetricsText.Found found = MetricsText.read(metrics, names);
        double running = found.sums()[0];
        double queued = found.sums()[1];
        if (!(running <= MOST) || !(queued <= MOST)) {
            return Optional.empty();
        }
        double cacheUse = 0;
        for (int i = 2; i < names.size(); i++) {
            double use = found.most()[i];
            cacheUse = use <= 1 ? Math.max(cacheUse, use) : cacheUse;
        }
        return Optional.of(new EngineSignals.Reading((int) running, (int) queued, cacheUse));
    }
}
