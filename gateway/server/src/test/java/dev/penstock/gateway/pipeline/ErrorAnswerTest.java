package dev.penstock.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.protocol.ApiError;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome.FailureClass;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorAnswerTest {
    private static final ModelId MODEL = new ModelId("m");

    private static GatewayError failed(FailureClass failure) {
        return new GatewayError.UpstreamFailed(failure, 2, Optional.empty());
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(new GatewayError.Unauthenticated("x"), 401, "invalid_api_key", "unauthenticated"),
                Arguments.of(
                        new GatewayError.RateLimited("x", Optional.of(Duration.ofMillis(1500))),
                        429,
                        "rate_limit_exceeded",
                        "rate_limited"),
                Arguments.of(
                        new GatewayError.RateLimited("x", Optional.empty()), 429, "insufficient_quota", "rate_limited"),
                Arguments.of(new GatewayError.UnknownModel(MODEL, List.of()), 404, "model_not_found", "unknown_model"),
                Arguments.of(
                        new GatewayError.MissingCapability(MODEL, Capability.TOOLS), 400, "", "missing_capability"),
                Arguments.of(new GatewayError.NoLiveWorker(MODEL), 503, "no_live_worker", "no_live_worker"),
                Arguments.of(
                        new GatewayError.Overloaded(MODEL, Duration.ofSeconds(1)), 503, "overloaded", "overloaded"),
                Arguments.of(new GatewayError.Draining(), 503, "draining", "draining"),
                Arguments.of(failed(FailureClass.CONNECT), 502, "upstream_unreachable", "upstream_failed"),
                Arguments.of(failed(FailureClass.RESET), 502, "upstream_reset", "upstream_failed"),
                Arguments.of(failed(FailureClass.PROTOCOL), 502, "upstream_protocol", "upstream_failed"),
                Arguments.of(failed(FailureClass.SERVER_ERROR), 502, "upstream_error", "upstream_failed"),
                Arguments.of(failed(FailureClass.FIRST_TOKEN_TIMEOUT), 504, "upstream_timeout", "upstream_failed"),
                Arguments.of(failed(FailureClass.DEADLINE), 504, "upstream_timeout", "upstream_failed"),
                Arguments.of(failed(FailureClass.OVERLOADED), 503, "overloaded", "upstream_failed"),
                Arguments.of(new GatewayError.Internal(), 500, "internal_error", "internal"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void hasAStatusACodeAndAName(GatewayError error, int status, String code, String name) {
        ApiError told = ErrorAnswer.of(error);
        assertEquals(status, told.status());
        assertEquals(code, told.code().orElse(""));
        assertEquals(name, ErrorAnswer.resultName(error));
        boolean comeBack = (status == 429 && !code.equals("insufficient_quota")) || status == 503;
        assertEquals(comeBack, ErrorAnswer.headers(told).containsKey("retry-after"));
    }

    @Test
    void aWaitIsToldInBothSpellingsRoundedUpInTheCoarseOne() {
        Map<String, String> headers = ErrorAnswer.headers(ApiError.rateLimited("x", Duration.ofMillis(1500)));
        assertEquals("2", headers.get("retry-after"));
        assertEquals("1500", headers.get("retry-after-ms"));
        assertEquals(
                "3",
                ErrorAnswer.headers(ApiError.rateLimited("x", Duration.ofNanos(2_000_001)))
                        .get("retry-after-ms"),
                "whoever came a moment early would be refused again");
    }

    @Test
    void nobodyIsAskedToWaitOutADeadlineAgain() {
        assertEquals(
                "false",
                ErrorAnswer.headers(ErrorAnswer.of(failed(FailureClass.DEADLINE)))
                        .get("x-should-retry"));
    }

    @ParameterizedTest
    @CsvSource({"0,0ms", "12,12ms", "999,999ms", "1000,1s", "1500,1.5s", "60000,1m0s", "360000,6m0s", "61250,1m1.25s"})
    void writesDurationsAsOpenAiDoes(long millis, String text) {
        assertEquals(text, LimitHeaders.resetText(Duration.ofMillis(millis)));
    }

    @Test
    void namesTheNearestModelsNearestFirst() {
        List<ModelId> known = Stream.of("llama-3-8b", "llama-3-70b", "qwen", "meta/llama-3-8b")
                .map(ModelId::new)
                .toList();
        List<ModelId> nearest = NearestModels.of(new ModelId("LLama-3-8"), known);
        assertEquals(
                List.of(new ModelId("llama-3-8b"), new ModelId("meta/llama-3-8b"), new ModelId("llama-3-70b")),
                nearest);
        assertTrue(NearestModels.of(new ModelId("gpt"), known).isEmpty());
    }

    @Test
    void aRetryBudgetSavesUpToItsBurstAndEarnsATenth() {
        RetryBudget budget = new RetryBudget(2);
        assertTrue(budget.trySpend());
        assertTrue(budget.trySpend());
        assertFalse(budget.trySpend());
        for (int i = 0; i < 9; i++) {
            budget.earn();
        }
        assertFalse(budget.trySpend());
        budget.earn();
        assertTrue(budget.trySpend());
    }
}
