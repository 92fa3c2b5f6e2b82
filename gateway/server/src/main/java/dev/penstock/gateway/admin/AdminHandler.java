package dev.penstock.gateway.admin;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin listener's requests:
 *
 * <ul>
 *   <li>{@code GET /health/live}: 200 while the process answers at all;
 *   <li>{@code GET /health/ready}: 200 while requests are welcome, otherwise 503: before the pool is known, while draining;
 *   <li>{@code GET /metrics}: Prometheus text;
 *   <li>{@code GET /pool}: the pool as this gateway sees it, as JSON;
 *   <li>{@code GET /admin/usage}: what was used, see {@link UsageHandler};
 *   <li>{@code GET /admin/budgets}: how budgets stand, see {@link BudgetsHandler};
 *   <li>{@code POST /admin/explain}: see {@link ExplainHandler};
 *   <li>{@code GET /admin/openapi.json}: all of them, described: {@link OpenApi};
 *   <li>and those it is given besides.
 * </ul>
 */
public final class AdminHandler implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final Supplier<Readiness> readiness;
    private final List<AdminRoute> routes;

    /**
     * A handler over its sources.
     *
     * @param metrics scrapes the registry; called off the event loop, since it may take milliseconds
     * @param pool reads the pool; called off the event loop likewise
     * @param explainer explains decisions; called off the event loop likewise
     * @param usage what was used; empty where that is not kept
     * @param budgets how budgets stand; likewise
     * @param further paths that others answer
     */
    public AdminHandler(
            Vertx vertx,
            Supplier<Readiness> readiness,
            Supplier<String> metrics,
            Supplier<PoolReport> pool,
            Explainer explainer,
            Optional<Usage> usage,
            Optional<BudgetReport> budgets,
            List<AdminRoute> further) {
        this.vertx = vertx;
        this.readiness = readiness;
        ExplainHandler explain = new ExplainHandler(vertx, explainer);
        UsageHandler used = new UsageHandler(vertx, usage, InstantSource.system());
        BudgetsHandler standing = new BudgetsHandler(vertx, budgets);
        List<AdminRoute> all = new ArrayList<>();
        all.add(get("/health/live", call -> json(call, 200, "{\"status\":\"live\"}\n")));
        all.add(get("/health/ready", this::ready));
        all.add(get("/metrics", call -> compute(call, PROMETHEUS, metrics::get)));
        all.add(get("/pool", call -> compute(call, AdminAnswer.JSON, () -> PoolJson.of(pool.get()))));
        all.add(get(UsageHandler.PATH, call -> used.handle(call.request())));
        all.add(get(BudgetsHandler.PATH, call -> standing.handle(call.request())));
        all.add(new AdminRoute(HttpMethod.POST, ExplainHandler.PATH, call -> explain.handle(call.request())));
        all.add(get(OpenApi.PATH, call -> compute(call, AdminAnswer.JSON, OpenApi::document)));
        all.addAll(further);
        this.routes = List.copyOf(all);
    }

    private static AdminRoute get(String path, Handler<AdminCall> handler) {
        return new AdminRoute(HttpMethod.GET, path, handler);
    }

    /** What there is. */
    List<AdminRoute> routes() {
        return routes;
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        TreeSet<String> methods = new TreeSet<>();
        for (AdminRoute route : routes) {
            Optional<List<String>> variables = route.match(path);
            if (variables.isPresent()) {
                if (route.takes(request.method())) {
                    route.handler().handle(new AdminCall(request, variables.get()));
                    return;
                }
                methods.add(route.method().name());
            }
        }
        if (methods.isEmpty()) {
            AdminAnswer.send(request, 404, AdminAnswer.JSON, error("not found; there are " + paths()));
            return;
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        request.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
        AdminAnswer.send(request, 405, AdminAnswer.JSON, error("method not allowed"));
    }

    private String paths() {
        return routes.stream()
                .map(AdminRoute::path)
                .filter(path -> !path.contains("{"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private void ready(AdminCall call) {
        Readiness now = readiness.get();
        json(call, now == Readiness.READY ? 200 : 503, "{\"status\":\"" + now.label() + "\"}\n");
    }

    private static void json(AdminCall call, int status, String body) {
        AdminAnswer.send(call.request(), status, AdminAnswer.JSON, body);
    }

    private void compute(AdminCall call, String contentType, Callable<String> source) {
        Future<String> body = vertx.executeBlocking(source, false);
        body.onSuccess(text -> AdminAnswer.send(call.request(), 200, contentType, text))
                .onFailure(defect -> {
                    LOG.error("{} failed", call.request().path(), defect);
                    json(call, 500, error("internal error"));
                });
    }

    private static String error(String message) {
        return "{\"error\":\"" + message + "\"}\n";
    }
}
