package dev.penstock.gateway.accounts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.admin.AdminAnswer;
import dev.penstock.gateway.admin.AdminCall;
import dev.penstock.gateway.admin.AdminRoute;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.net.BoundedBody;
import dev.penstock.runtime.net.RequestRejected;
import dev.penstock.store.AuditTrail;
import dev.penstock.store.Database;
import dev.penstock.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tenants, projects, keys and the audit on the admin listener. Who asks is known before a byte of a body is taken. */
public final class AccountRoutes {
    private static final ByteSize MAX_BODY = ByteSize.kibibytes(256);
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_AUDIT = 10_000;
    private static final int DEFAULT_AUDIT = 100;
    private static final int OK = 200;
    private static final int CREATED = 201;

    private final Vertx vertx;
    private final Optional<AccountSource> source;
    private final Optional<AccountRegister> register;

    /** What is done with a request whose body was read. */
    private interface Action {
        ObjectNode run(AccountRegister register, String actor, List<String> path, ObjectNode body)
                throws JsonRejectedException;
    }

    /**
     * Routes over the store's accounts.
     *
     * @param watch follows them; empty, as the source, where there is no store: then there are the paths, and a 404 that says so
     */
    public AccountRoutes(Vertx vertx, Optional<AccountSource> source, Optional<AccountWatch> watch) {
        this.vertx = vertx;
        this.source = source;
        this.register = source.flatMap(
                from -> watch.map(following -> new AccountRegister(from, following, InstantSource.system())));
    }

    /** All of them. */
    public List<AdminRoute> routes() {
        return List.of(
                read("/admin/tenants", (all, actor, path, body) -> all.tenants()),
                write(
                        HttpMethod.POST,
                        "/admin/tenants",
                        CREATED,
                        (all, actor, path, body) -> all.createTenant(actor, body)),
                read("/admin/tenants/{tenant}", (all, actor, path, body) -> all.tenant(path.get(0))),
                write(
                        HttpMethod.PUT,
                        "/admin/tenants/{tenant}",
                        OK,
                        (all, actor, path, body) -> all.updateTenant(actor, path.get(0), body, true)),
                write(
                        HttpMethod.PATCH,
                        "/admin/tenants/{tenant}",
                        OK,
                        (all, actor, path, body) -> all.updateTenant(actor, path.get(0), body, false)),
                read("/admin/tenants/{tenant}/projects", (all, actor, path, body) -> all.projects(path.get(0))),
                write(
                        HttpMethod.POST,
                        "/admin/tenants/{tenant}/projects",
                        CREATED,
                        (all, actor, path, body) -> all.createProject(actor, path.get(0), body)),
                read(
                        "/admin/tenants/{tenant}/projects/{project}",
                        (all, actor, path, body) -> all.project(path.get(0), path.get(1))),
                write(
                        HttpMethod.PUT,
                        "/admin/tenants/{tenant}/projects/{project}",
                        OK,
                        (all, actor, path, body) -> all.updateProject(actor, path.get(0), path.get(1), body, true)),
                write(
                        HttpMethod.PATCH,
                        "/admin/tenants/{tenant}/projects/{project}",
                        OK,
                        (all, actor, path, body) -> all.updateProject(actor, path.get(0), path.get(1), body, false)),
                read("/admin/keys", (all, actor, path, body) -> all.keys()),
                write(HttpMethod.POST, "/admin/keys", CREATED, (all, actor, path, body) -> all.createKey(actor, body)),
                read("/admin/keys/{key}", (all, actor, path, body) -> all.key(path.get(0))),
                write(
                        HttpMethod.PUT,
                        "/admin/keys/{key}",
                        OK,
                        (all, actor, path, body) -> all.updateKey(actor, path.get(0), body, true)),
                write(
                        HttpMethod.PATCH,
                        "/admin/keys/{key}",
                        OK,
                        (all, actor, path, body) -> all.updateKey(actor, path.get(0), body, false)),
                write(
                        HttpMethod.DELETE,
                        "/admin/keys/{key}",
                        OK,
                        (all, actor, path, body) -> all.revokeKey(actor, path.get(0))),
                write(
                        HttpMethod.POST,
                        "/admin/keys/{key}/rotate",
                        OK,
                        (all, actor, path, body) -> all.rotateKey(actor, path.get(0), body)),
                write(
                        HttpMethod.POST,
                        "/admin/keys/{key}/revoke",
                        OK,
                        (all, actor, path, body) -> all.revokeKey(actor, path.get(0))),
                new AdminRoute(
                        HttpMethod.GET, "/admin/audit", call -> guarded(call, (from, actor) -> audit(call, from))));
    }

    private AdminRoute read(String path, Action action) {
        return new AdminRoute(
                HttpMethod.GET,
                path,
                call -> guarded(call, (from, actor) -> run(call, OK, actor, Documents.empty(), action)));
    }

    private AdminRoute write(HttpMethod method, String path, int status, Action action) {
        return new AdminRoute(
                method,
                path,
                call -> guarded(call, (from, actor) -> {
                    AdminAccess.requireJson(call.request());
                    BoundedBody.read(vertx, call.request(), MAX_BODY, BODY_TIMEOUT)
                            .compose(bytes -> {
                                try {
                                    return Future.succeededFuture(Documents.parse(bytes));
                                } catch (JsonRejectedException malformed) {
                                    return Future.failedFuture(malformed);
                                }
                            })
                            .onSuccess(body -> run(call, status, actor, body, action))
                            .onFailure(failure -> refuse(call.request(), failure));
                }));
    }

    private interface Guarded {
        void handle(AccountSource from, String actor) throws JsonRejectedException;
    }

    private void guarded(AdminCall call, Guarded handler) {
        try {
            AccountSource from = source.orElseThrow(() -> new JsonRejectedException(
                    ApiError.invalid(404, "no accounts are kept (expected: `store` in the configuration)")));
            handler.handle(from, AdminAccess.actor(from, call.request()));
        } catch (JsonRejectedException refused) {
            if (refused.error().status() == 401) {
                call.request().response().putHeader("www-authenticate", "Bearer");
            }
            AdminAnswer.send(call.request(), refused.error());
        }
    }

    private void run(AdminCall call, int status, String actor, ObjectNode body, Action action) {
        AccountRegister all = register.orElseThrow();
        vertx.executeBlocking(() -> Documents.print(action.run(all, actor, call.variables(), body)), false)
                .onSuccess(text -> AdminAnswer.send(call.request(), status, AdminAnswer.JSON, text))
                .onFailure(failure -> refuse(call.request(), failure));
    }

    private void audit(AdminCall call, AccountSource from) throws JsonRejectedException {
        int most = limit(Optional.ofNullable(call.request().getParam("limit")).orElse("" + DEFAULT_AUDIT));
        vertx.executeBlocking(
                        () -> {
                            Database database = from.database()
                                    .orElseThrow(() -> new StoreException.Unavailable(
                                            "the store has not been reached yet", new IOException("not open")));
                            AuditTrail trail = new AuditTrail(database);
                            return Documents.print(AccountJson.audit(trail.newest(most), trail.broken()));
                        },
                        false)
                .onSuccess(text -> AdminAnswer.send(call.request(), OK, AdminAnswer.JSON, text))
                .onFailure(failure -> refuse(call.request(), failure));
    }

    private static int limit(String text) throws JsonRejectedException {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_AUDIT) {
                return limit;
            }
        } catch (NumberFormatException none) {
            // Said below.
        }
        throw Documents.refused("limit", "limit: not a number of records (expected: 1 to " + MAX_AUDIT + ")");
    }

    private static void refuse(HttpServerRequest request, Throwable failure) {
        switch (failure) {
            case JsonRejectedException refused -> AdminAnswer.send(request, refused.error());
            case RequestRejected refused ->
                AdminAnswer.send(
                        request,
                        ApiError.invalid(refused.status(), refused.getMessage()).withCode(refused.code()));
            case StoreException.Conflict conflict -> AdminAnswer.send(request, error(409, conflict));
            case StoreException.Missing missing -> AdminAnswer.send(request, error(404, missing));
            case StoreException.Unavailable down ->
                AdminAnswer.send(request, ApiError.server(503, "store_unavailable", String.valueOf(down.getMessage())));
            default -> AdminAnswer.internal(request, failure);
        }
    }

    private static ApiError error(int status, StoreException failure) {
        String code = failure.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return ApiError.invalid(status, String.valueOf(failure.getMessage())).withCode(code);
    }
}
