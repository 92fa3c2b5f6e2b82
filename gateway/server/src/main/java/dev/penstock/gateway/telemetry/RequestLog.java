package dev.penstock.gateway.telemetry;

import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.gateway.pipeline.Settlement;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.WorkerId;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One line a request, at {@code info}, as key-value pairs. */
public final class RequestLog implements Settlement {
    /** The name to configure in a logging back end. */
    public static final String LOGGER = "penstock.request";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private final BooleanSupplier enabled;

    /** A log that may be switched while it runs. */
    public RequestLog(BooleanSupplier enabled) {
        this.enabled = enabled;
    }

    @Override
    public void settle(RequestRecord request) {
        if (!enabled.getAsBoolean() || !LOG.isInfoEnabled()) {
            return;
        }
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("request_id", request.id())
                .addKeyValue("key", request.principal().map(Principal::id).orElse(""))
                .addKeyValue("operation", name(request.operation()))
                .addKeyValue("model", request.model().map(ModelId::value).orElse(""))
                .addKeyValue("worker", request.worker().map(WorkerId::value).orElse(""))
                .addKeyValue("stream", request.stream())
                .addKeyValue("status", request.status())
                .addKeyValue("result", request.result())
                .addKeyValue("attempts", request.attempts())
                .addKeyValue("prompt_tokens", request.usage().promptTokens())
                .addKeyValue("completion_tokens", request.usage().completionTokens())
                .addKeyValue("cached_tokens", request.usage().cachedTokens())
                .addKeyValue("usage_estimated", request.usage().estimated())
                .addKeyValue("queued_ms", request.queued().toMillis());
        if (!request.asked().equals(request.model())) {
            line = line.addKeyValue("asked", request.asked().map(ModelId::value).orElse(""));
        }
        if (!request.memory().state().isEmpty()) {
            line = line.addKeyValue("cache", request.memory().state());
        }
        if (request.costUsd().isPresent()) {
            line = line.addKeyValue("cost_usd", rounded(request.costUsd().getAsDouble()));
        }
        if (request.timeToFirstToken().isPresent()) {
            line = line.addKeyValue(
                    "first_token_ms", request.timeToFirstToken().get().toMillis());
        }
        line.addKeyValue("total_ms", request.total().toMillis()).log("request");
    }

    /** To a billionth of a dollar. */
    private static double rounded(double dollars) {
        return Math.rint(dollars * 1e9) / 1e9;
    }

    private static String name(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }
}
