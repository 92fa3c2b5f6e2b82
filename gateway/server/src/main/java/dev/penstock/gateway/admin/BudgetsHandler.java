package dev.penstock.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.protocol.ApiError;
import dev.penstock.store.StoreException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * {@code GET /admin/budgets}: how all budgets stand in their present periods, those first of which most is spent. Query
 * parameter: {@code limit}, 1,000 budgets by default.
 */
final class BudgetsHandler implements Handler<HttpServerRequest> {
    static final String PATH = "/admin/budgets";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int DEFAULT_LINES = 1_000;
    private static final int MAX_LINES = 100_000;

    private final Vertx vertx;
    private final Optional<BudgetReport> budgets;

    BudgetsHandler(Vertx vertx, Optional<BudgetReport> budgets) {
        this.vertx = vertx;
        this.budgets = budgets;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (budgets.isEmpty()) {
            AdminAnswer.send(
                    request, ApiError.invalid(404, "no budgets are kept (expected: `store` in the configuration)"));
            return;
        }
        Optional<Integer> most = most(request);
        if (most.isEmpty()) {
            AdminAnswer.send(
                    request, ApiError.invalid(400, "limit: not a number of lines (expected: 1 to " + MAX_LINES + ")"));
            return;
        }
        vertx.executeBlocking(() -> told(budgets.get(), most.get()), false)
                .onSuccess(text -> AdminAnswer.send(request, 200, AdminAnswer.JSON, text))
                .onFailure(failure -> refuse(request, failure));
    }

    private static Optional<Integer> most(HttpServerRequest request) {
        String given = request.getParam("limit");
        if (given == null) {
            return Optional.of(DEFAULT_LINES);
        }
        try {
            return Optional.of(Integer.parseInt(given)).filter(lines -> lines >= 1 && lines <= MAX_LINES);
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    private static String told(BudgetReport report, int most) throws JsonProcessingException {
        ObjectNode root = MAPPER.createObjectNode();
        ArrayNode all = root.putArray("budgets");
        root.put("total", report.report(all, most));
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void refuse(HttpServerRequest request, Throwable failure) {
        if (failure instanceof StoreException.Unavailable down) {
            AdminAnswer.send(request, ApiError.server(503, "store_unavailable", String.valueOf(down.getMessage())));
        } else {
            AdminAnswer.internal(request, failure);
        }
    }
}
