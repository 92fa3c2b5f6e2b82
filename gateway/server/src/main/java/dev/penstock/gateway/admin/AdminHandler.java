package dev.penstock.gateway.admin;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin listener's requests. {@code GET} or {@code HEAD} of:
 *
 * <ul>
 *   <li>{@code /health/live}: 200 while the process answers at all;
 *   <li>{@code /health/ready}: 200 while requests are welcome, otherwise 503: before the pool is known, while draining;
 *   <li>{@code /metrics}: Prometheus text;
 *   <li>{@code /pool}: the pool as this gateway sees it, as JSON;
 *   <li>{@code /admin/usage}: what was used, see {@link UsageHandler};
 *   <li>{@code /admin/budgets}: how budgets stand, see {@link BudgetsHandler}.
 * </ul>
 *
 * <p>And {@code POST} of {@code /admin/explain}: see {@link ExplainHandler}.
 */
public final class AdminHandler implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final Supplier<Readiness> readiness;
    private final Supplier<String> metrics;
    private final Supplier<PoolReport> pool;
    private final ExplainHandler explain;
    private final UsageHandler usage;
    private final BudgetsHandler budgets;

    /**
     * A handler over its sources.
     *
     * @param metrics scrapes the registry; called off the event loop, since it may take milliseconds
     * @param pool reads the pool; called off the event loop likewise
     * @param explainer explains decisions; called off the event loop likewise
     * @param usage what was used; empty where that is not kept
     * @param budgets how budgets stand; likewise
     */
    public AdminHandler(
            Vertx vertx,
            Supplier<Readiness> readiness,
            Supplier<String> metrics,
            Supplier<PoolReport> pool,
            Explainer explainer,
            Optional<Usage> usage,
            Optional<BudgetReport> budgets) {
        this.vertx = vertx;
        this.readiness = readiness;
        this.metrics = metrics;
        this.pool = pool;
        this.explain = new ExplainHandler(vertx, explainer);
        this.usage = new UsageHandler(vertx, usage, InstantSource.system());
        this.budgets = new BudgetsHandler(vertx, budgets);
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (ExplainHandler.PATH.equals(request.path())) {
            if (request.method().equals(HttpMethod.POST)) {
                explain.handle(request);
            } else {
                request.response().putHeader(HttpHeaders.ALLOW, "POST");
                AdminAnswer.send(request, 405, AdminAnswer.JSON, error("method not allowed"));
            }
            return;
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            AdminAnswer.send(request, 405, AdminAnswer.JSON, error("method not allowed"));
            return;
        }
        switch (request.path()) {
            case "/health/live" -> AdminAnswer.send(request, 200, AdminAnswer.JSON, "{\"status\":\"live\"}\n");
            case "/health/ready" -> ready(request);
            case "/metrics" -> compute(request, PROMETHEUS, metrics::get);
            case UsageHandler.PATH -> usage.handle(request);
            case BudgetsHandler.PATH -> budgets.handle(request);
            case "/pool" -> compute(request, AdminAnswer.JSON, () -> PoolJson.of(pool.get()));
            case null, default ->
                AdminAnswer.send(
                        request,
                        404,
                        AdminAnswer.JSON,
                        error(
                                "not found; there are /health/live, /health/ready, /metrics, /pool, /admin/explain, /admin/usage, /admin/budgets"));
        }
    }

    private void ready(HttpServerRequest request) {
        Readiness now = readiness.get();
        AdminAnswer.send(
                request,
                now == Readiness.READY ? 200 : 503,
                AdminAnswer.JSON,
                "{\"status\":\"" + now.label() + "\"}\n");
    }

    private void compute(HttpServerRequest request, String contentType, Callable<String> source) {
        Future<String> body = vertx.executeBlocking(source, false);
        body.onSuccess(text -> AdminAnswer.send(request, 200, contentType, text))
                .onFailure(defect -> {
                    LOG.error("{} failed", request.path(), defect);
                    AdminAnswer.send(request, 500, AdminAnswer.JSON, error("internal error"));
                });
    }

    private static String error(String message) {
        return "{\"error\":\"" + message + "\"}\n";
    }
}
