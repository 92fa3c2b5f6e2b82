package dev.penstock.gateway.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Operation;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.net.BoundedBody;
import dev.penstock.runtime.net.RequestRejected;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code POST /admin/explain}: the body of a request to the API, with the {@code x-penstock-} headers it would come with.
 * Answered with the decision as JSON; nothing is sent to any worker. Query parameters: {@code operation}, one of chat
 * (the default), completion, embedding; {@code key-id}, the key it would come with. Nothing of it is logged.
 */
final class ExplainHandler implements Handler<HttpServerRequest> {
    static final String PATH = "/admin/explain";

    private static final ByteSize MAX_BODY = ByteSize.mebibytes(4);
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private final Vertx vertx;
    private final Explainer explainer;

    ExplainHandler(Vertx vertx, Explainer explainer) {
        this.vertx = vertx;
        this.explainer = explainer;
    }

    @Override
    public void handle(HttpServerRequest request) {
        String named = Optional.ofNullable(request.getParam("operation")).orElse("chat");
        Optional<Operation> operation = operation(named);
        if (operation.isEmpty()) {
            AdminAnswer.send(
                    request,
                    ApiError.invalid(
                            "operation", "operation: not one there is (expected: chat, completion, embedding)"));
            return;
        }
        Optional<String> keyId = Optional.ofNullable(request.getParam("key-id"));
        BoundedBody.read(vertx, request, MAX_BODY, BODY_TIMEOUT)
                .compose(body -> vertx.executeBlocking(
                        () -> explainer.explain(keyId, operation.get(), body, request.headers()), false))
                .compose(explanation -> explanation)
                .compose(told -> vertx.executeBlocking(
                        () -> JSON.writerWithDefaultPrettyPrinter().writeValueAsString(told) + "\n", false))
                .onSuccess(text -> AdminAnswer.send(request, 200, AdminAnswer.JSON, text))
                .onFailure(failure -> refuse(request, failure));
    }

    private static Optional<Operation> operation(String name) {
        for (Operation each : Operation.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private static void refuse(HttpServerRequest request, Throwable failure) {
        switch (failure) {
            case JsonRejectedException refused -> AdminAnswer.send(request, refused.error());
            case RequestRejected refused ->
                AdminAnswer.send(request, ApiError.invalid(refused.status(), refused.getMessage()));
            default -> AdminAnswer.internal(request, failure);
        }
    }
}
