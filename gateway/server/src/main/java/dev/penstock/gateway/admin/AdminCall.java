package dev.penstock.gateway.admin;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * A request to the admin listener, on the path of a route.
 *
 * @param variables what stands where the route's path has names in braces, in their order
 */
public record AdminCall(HttpServerRequest request, List<String> variables) {
    public AdminCall {
        variables = List.copyOf(variables);
    }

    /** The first of them. */
    public String variable() {
        return variables.getFirst();
    }
}
