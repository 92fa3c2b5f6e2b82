package dev.penstock.gateway.pipeline;

import dev.penstock.protocol.ApiError;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Outcome.FailureClass;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a client is told of an error: the one place that turns a {@link GatewayError} into HTTP. */
public final class ErrorAnswer {
    private static final Duration WORKER_MAY_COME_BACK = Duration.ofSeconds(5);
    private static final Duration LOAD_MAY_PASS = Duration.ofSeconds(1);

    private static final List<String> CONSTRAINT_HEADERS = List.of(
            "x-penstock-data-class",
            "x-penstock-placement",
            "x-penstock-region",
            "x-penstock-max-cost-usd",
            "x-penstock-deadline-ms",
            "x-penstock-min-quality");

    private ErrorAnswer() {}

    /** The error in OpenAI's shape. */
    public static ApiError of(GatewayError error) {
        return switch (error) {
            case GatewayError.BadRequest e -> e.error();
            case GatewayError.Unauthenticated e -> ApiError.unauthenticated(e.reason());
            case GatewayError.Forbidden e -> ApiError.forbidden(e.code(), e.reason());
            case GatewayError.RateLimited e ->
                e.retryAfter()
                        .map(wait -> ApiError.rateLimited(e.reason(), wait))
                        .orElseGet(() -> ApiError.insufficientQuota(e.reason()));
            case GatewayError.OverBudget e -> e.error();
            case GatewayError.BudgetUnknown e ->
                ApiError.unavailable("budget_unavailable", e.reason(), WORKER_MAY_COME_BACK);
            case GatewayError.UnknownModel e -> ApiError.modelNotFound(unknownModel(e.model(), e.nearest()));
            case GatewayError.MissingCapability e ->
                ApiError.invalid(
                        e.capability().parameter(),
                        e.capability().parameter() + ": the model '" + e.model()
                                + "' cannot do this here (expected: a model that can do "
                                + e.capability().wireName() + ")");
            case GatewayError.NoLiveWorker e ->
                ApiError.unavailable(
                        "no_live_worker",
                        "no worker that serves '" + e.model() + "' is alive; try again",
                        WORKER_MAY_COME_BACK);
            case GatewayError.Constrained e -> constrained(e.why());
            case GatewayError.Overloaded e ->
                ApiError.unavailable(
                        "overloaded",
                        "every worker that serves '" + e.model() + "' is busy; try again",
                        e.retryAfter());
            case GatewayError.NotRemembered e ->
                ApiError.server(504, "not_cached", "Cache-Control: only-if-cached, and no answer is kept that serves")
                        .withRetryable(false);
            case GatewayError.Draining e ->
                ApiError.unavailable("draining", "this gateway is shutting down; try again", LOAD_MAY_PASS);
            case GatewayError.UpstreamFailed e -> upstreamFailed(e);
            case GatewayError.UpstreamRefused e -> e.error();
            case GatewayError.ClientGone e -> ApiError.invalid(499, "the client left before its answer");
            case GatewayError.Internal e ->
                ApiError.server(
                        500, "internal_error", "an error inside the gateway; its log has it under this request's id");
        };
    }

    private static String unknownModel(ModelId model, List<ModelId> nearest) {
        String hint = nearest.isEmpty()
                ? ""
                : "; did you mean "
                        + nearest.stream().map(near -> "'" + near + "'").collect(Collectors.joining(" or "))
                        + "?";
        return "the model '" + model + "' does not exist" + hint;
    }

    private static ApiError constrained(NoCandidate.Constrained why) {
        return switch (why.kind()) {
            case UNAVAILABLE ->
                ApiError.unavailable("no_eligible_worker", why.detail() + "; try again", WORKER_MAY_COME_BACK);
            case UNSATISFIABLE ->
                ApiError.invalid(constraintHeader(why.filter()), why.detail()).withCode("constraint_unsatisfiable");
            case TOO_EXPENSIVE ->
                // Of OpenAI's types the one that clients take for a matter of money; asking again costs the same.
                new ApiError(
                        429,
                        "insufficient_quota",
                        Optional.of("max_cost_exceeded"),
                        Optional.of("x-penstock-max-cost-usd"),
                        why.detail(),
                        Optional.empty(),
                        Optional.of(false));
        };
    }

    /** The header that asks for what a filter rules; whoever wrote another filter names it in its detail. */
    private static String constraintHeader(String filter) {
        return CONSTRAINT_HEADERS.stream()
                .filter(header -> header.startsWith("x-penstock-" + filter))
                .findFirst()
                .orElse("model");
    }

    private static ApiError upstreamFailed(GatewayError.UpstreamFailed error) {
        String tried = error.attempts() == 1 ? "" : " (" + error.attempts() + " workers tried)";
        return switch (error.failure()) {
            case OVERLOADED ->
                ApiError.unavailable(
                        "overloaded",
                        "the worker is busy" + tried + "; try again",
                        error.retryAfter().orElse(LOAD_MAY_PASS));
            case FIRST_TOKEN_TIMEOUT, STALLED ->
                ApiError.server(504, "upstream_timeout", whatTimedOut(error.failure()) + tried);
            case DEADLINE ->
                // A client that waited out the deadline gains nothing by waiting it out again.
                ApiError.server(504, "upstream_timeout", whatTimedOut(error.failure()) + tried)
                        .withRetryable(false);
            case CONNECT -> ApiError.server(502, "upstream_unreachable", "the worker cannot be reached" + tried);
            case RESET -> ApiError.server(502, "upstream_reset", "the worker broke the connection off" + tried);
            case PROTOCOL -> ApiError.server(502, "upstream_protocol", "the worker's answer is not valid" + tried);
            case DECLINED ->
                ApiError.unavailable(
                        "no_eligible_worker",
                        "the worker cannot run the request" + tried + "; try again",
                        error.retryAfter().orElse(WORKER_MAY_COME_BACK));
            case SERVER_ERROR -> ApiError.server(502, "upstream_error", "the worker failed" + tried);
        };
    }

    private static String whatTimedOut(FailureClass failure) {
        return switch (failure) {
            case FIRST_TOKEN_TIMEOUT -> "the worker did not begin to answer in time";
            case STALLED -> "the worker fell silent amid its answer";
            default -> "the request took longer than it may";
        };
    }

    /** The headers the error adds: when and whether to try again, in the spellings SDKs read. */
    public static Map<String, String> headers(ApiError error) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/json");
        error.retryAfter().ifPresent(wait -> {
            headers.put(
                    "retry-after",
                    Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
            headers.put(
                    "retry-after-ms",
                    Long.toString(Math.max(1, wait.plusNanos(999_999).toMillis())));
        });
        error.retryable().ifPresent(retryable -> headers.put("x-should-retry", retryable.toString()));
        return headers;
    }

    /** The body. */
    public static Buffer body(ApiError error) {
        return Buffer.buffer(error.toJson());
    }

    /** The error's name in logs and metrics: {@code rate_limited}. */
    static String resultName(GatewayError error) {
        return error.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }
}
