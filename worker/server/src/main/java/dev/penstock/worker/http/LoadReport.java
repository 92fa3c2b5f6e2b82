package dev.penstock.worker.http;

import dev.penstock.engine.PromptTokens;
import java.util.List;
import java.util.Optional;

/**
 * What every answer tells of the worker's load, as ORCA's {@code endpoint-load-metrics} header in its text form, under the
 * names that vLLM uses: a gateway need not wait for the next heartbeat. Beyond those it tells of prompt tokens, where every
 * model's are known: how many wait or are being computed, and how many were since the models were loaded.
 *
 * <p>Source: gRFC A51, Open Request Cost Aggregation; vLLM, {@code orca_metrics.py}.
 */
final class LoadReport {
    private LoadReport() {}

    /**
     * The header's value, in the units of the heartbeats.
     *
     * @param inFlight requests that have begun and not ended, the one that is answered included
     */
    static String of(long inFlight, List<ModelStatus> models) {
        long queued = 0;
        double cacheUse = 0;
        for (ModelStatus model : models) {
            queued += model.queued();
            cacheUse = Math.max(cacheUse, model.cacheUse());
        }
        long waiting = Math.min(inFlight, queued);
        return "TEXT named_metrics.num_requests_running=" + (inFlight - waiting)
                + ", named_metrics.num_requests_waiting=" + waiting
                + ", named_metrics.kv_cache_usage_perc=" + Math.round(1000 * cacheUse) / 1000.0
                + prompts(models);
    }

    /** Nothing unless all is known: a part would be taken for the whole. */
    private static String prompts(List<ModelStatus> models) {
        long left = 0;
        long computed = 0;
        for (ModelStatus model : models) {
            Optional<PromptTokens> prompts = model.prompts();
            if (prompts.isEmpty()) {
                return "";
            }
            left += prompts.get().left();
            computed += prompts.get().computed();
        }
        return ", named_metrics.prompt_tokens_waiting=" + left + ", named_metrics.prompt_tokens_computed=" + computed;
    }
}
