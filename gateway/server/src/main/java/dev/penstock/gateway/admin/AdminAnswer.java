package dev.penstock.gateway.admin;

import dev.penstock.protocol.ApiError;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers of the admin listener: whole, and stored by nobody. */
public final class AdminAnswer {
    /** Its content type. */
    public static final String JSON = "application/json";

    private static final Logger LOG = LoggerFactory.getLogger(AdminAnswer.class);

    private AdminAnswer() {}

    /** Sends a body. */
    public static void send(HttpServerRequest request, int status, String contentType, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body)
                .onFailure(gone -> LOG.debug("{} was not taken: {}", request.path(), gone.getMessage()));
    }

    /** Sends an error, in the shape of OpenAI. */
    public static void send(HttpServerRequest request, ApiError error) {
        send(request, error.status(), JSON, error.toJson());
    }

    /** A defect of ours. What it says may hold what the request said, so only its kind is logged. */
    public static void internal(HttpServerRequest request, Throwable defect) {
        LOG.error("{} failed: {}", request.path(), defect.getClass().getName());
        send(request, ApiError.server(500, "internal_error", "an error inside the gateway"));
    }
}
