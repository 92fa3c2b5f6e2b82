package dev.penstock.gateway.http;

import dev.penstock.routing.ModelId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The id in {@code /v1/models/ID}: a slash in it comes as {@code %2F} from some clients and as itself from others. What
 * looks like a way out of the path is no id.
 */
final class ModelPath {
    private ModelPath() {}

    static Optional<ModelId> id(String raw) {
        if (raw.isEmpty() || raw.length() > 3 * ModelId.MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            // '+' is itself in a path; only URLDecoder takes it for a blank.
            String decoded = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
            return sound(decoded) ? Optional.of(new ModelId(decoded)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean sound(String id) {
        if (id.indexOf('\\') >= 0 || id.indexOf(';') >= 0 || id.indexOf('%') >= 0 || id.indexOf('\ufffd') >= 0) {
            return false;
        }
        for (String segment : id.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
