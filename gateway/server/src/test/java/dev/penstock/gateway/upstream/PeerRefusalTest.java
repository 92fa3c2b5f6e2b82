package dev.penstock.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.routing.Outcome.FailureClass;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What another Penstock's refusals mean: whether it, its load or the request is at fault. */
final class PeerRefusalTest {
    @ParameterizedTest
    @CsvSource({
        "400, constraint_unsatisfiable, DECLINED",
        "429, max_cost_exceeded, DECLINED",
        "503, no_eligible_worker, DECLINED",
        "503, no_live_worker, DECLINED",
        "508, loop_detected, DECLINED",
        "503, draining, RESET",
        "503, stopping, RESET",
        "503, overloaded, OVERLOADED",
        "429, rate_limit_exceeded, OVERLOADED",
        "404, model_not_found, SERVER_ERROR",
        "401, invalid_api_key, SERVER_ERROR",
    })
    void aRefusalIsTold(int status, String code, FailureClass meant) {
        String body = "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":null,\"code\":\"" + code + "\"}}";
        assertEquals(
                meant,
                WorkerRefusal.of(status, body.getBytes(StandardCharsets.UTF_8), Optional.empty())
                        .failure());
    }
}
