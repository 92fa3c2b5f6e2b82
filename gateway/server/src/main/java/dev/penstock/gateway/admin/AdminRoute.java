package dev.penstock.gateway.admin;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path of the admin listener, and what answers it.
 *
 * @param method a {@code GET} answers {@code HEAD} too
 * @param path such as {@code /admin/keys/{id}}: a name in braces stands for any one segment
 */
public record AdminRoute(HttpMethod method, String path, Handler<AdminCall> handler) {
    /** What stands for the names in a path; empty where it is another path. Segments are matched as they came. */
    Optional<List<String>> match(String asked) {
        String[] ours = path.split("/", -1);
        String[] theirs = asked.split("/", -1);
        if (ours.length != theirs.length) {
            return Optional.empty();
        }
        List<String> variables = new ArrayList<>(2);
        for (int i = 0; i < ours.length; i++) {
            if (ours[i].startsWith("{") && !theirs[i].isEmpty()) {
                variables.add(theirs[i]);
            } else if (!ours[i].equals(theirs[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    boolean takes(HttpMethod asked) {
        return method.equals(asked) || (method.equals(HttpMethod.GET) && asked.equals(HttpMethod.HEAD));
    }
}
