package dev.penstock.gateway.accounts;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.tenancy.AdminKeys;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may look at what is to be kept from others on the admin listener, and change it. */
public final class AdminAccess {
    private static final Logger LOG = LoggerFactory.getLogger(AdminAccess.class);

    private AdminAccess() {}

    /**
     * Who it is, as the audit calls them: {@code local} for whoever is on this machine, where no admin keys are configured;
     * else the id of their key.
     *
     * @throws JsonRejectedException a 401 or a 403
     */
    static String actor(AccountSource source, HttpServerRequest request) throws JsonRejectedException {
        return actor(source.declared(), source.adminIsLocal(), request);
    }

    /**
     * The same.
     *
     * @param declared the accounts of the configuration
     * @param adminIsLocal whether only this machine reaches the admin listener
     * @throws JsonRejectedException a 401 or a 403
     */
    public static String actor(AuthConfig declared, boolean adminIsLocal, HttpServerRequest request)
            throws JsonRejectedException {
        if (request.headers().contains(HttpHeaders.ORIGIN)) {
            // Only browsers send it, and no page has business here.
            throw refused("origin_not_allowed", "Origin: given (expected: no browser)");
        }
        AdminKeys keys = new AdminKeys(declared);
        if (keys.none()) {
            if (adminIsLocal) {
                return "local";
            }
            throw refused(
                    "admin_keys_missing",
                    "admin.host is reached by other machines, and this is not told or changed without a key"
                            + " (expected: `auth.admin-keys`)");
        }
        Optional<String> id = keys.id(Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION)));
        if (id.isEmpty()) {
            LOG.warn("{} of accounts was refused: no admin key, or a wrong one", request.method());
            throw new JsonRejectedException(
                    ApiError.unauthenticated(
                            "no admin key, or a wrong one (expected: the header `Authorization: Bearer KEY`, of auth.admin-keys)"));
        }
        return id.get();
    }

    private static JsonRejectedException refused(String code, String message) {
        return new JsonRejectedException(ApiError.forbidden(code, message));
    }

    /** A page of another origin can send anything else without asking first. */
    public static void requireJson(HttpServerRequest request) throws JsonRejectedException {
        String type =
                Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_TYPE)).orElse("none");
        String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!essence.equals("application/json") && !request.method().equals(HttpMethod.DELETE)) {
            throw new JsonRejectedException(
                    ApiError.invalid(415, "Content-Type: not application/json (expected: application/json)"));
        }
    }
}
