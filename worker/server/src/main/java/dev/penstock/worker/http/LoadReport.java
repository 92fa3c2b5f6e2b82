package dev.penstock.worker.http;

import java.util.List;

/**
 * What every answer tells of the worker's load, as ORCA's {@code endpoint-load-metrics} header in its text form, under the
 * names that vLLM uses: a gateway need not wait for the next heartbeat.
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
                + ", named_metrics.kv_cache_usage_perc=" + Math.round(1000 * cacheUse) / 1000.0;
    }
}
