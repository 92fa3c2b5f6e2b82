package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.engine.PromptTokens;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LoadReportTest {
    private static final String REQUESTS =
            "TEXT named_metrics.num_requests_running=2, named_metrics.num_requests_waiting=1,"
                    + " named_metrics.kv_cache_usage_perc=0.25";

    private static ModelStatus model(int queued, double cacheUse, Optional<PromptTokens> prompts) {
        return new ModelStatus("m", 0, "test", 1, 4, queued, 4, cacheUse, prompts);
    }

    @Test
    void promptTokensOfAllModelsAreAddedUp() {
        assertEquals(
                REQUESTS + ", named_metrics.prompt_tokens_waiting=5, named_metrics.prompt_tokens_computed=9000000000",
                LoadReport.of(
                        3,
                        List.of(
                                model(1, 0.25, Optional.of(new PromptTokens(5, 4_000_000_000L))),
                                model(0, 0.1, Optional.of(new PromptTokens(0, 5_000_000_000L))))));
    }

    @Test
    void whereOneModelDoesNotTellNothingIsToldOfPrompts() {
        assertEquals(
                REQUESTS,
                LoadReport.of(
                        3,
                        List.of(model(1, 0.25, Optional.of(new PromptTokens(5, 7))), model(0, 0.1, Optional.empty()))));
    }
}
