package dev.penstock.worker.http;

import dev.penstock.protocol.ApiError;
import dev.penstock.runtime.config.NearestName;
import java.util.Collection;
import java.util.List;

/** The answer to a name that no model here has: lists the nearest ones, or all. */
public final class UnknownModel {
    private static final int SHOWN_CHARACTERS = 64;

    private UnknownModel() {}

    /** A 404 for a request that names a model. */
    public static ApiError error(String name, Collection<String> served) {
        List<String> nearest = NearestName.of(name, served, 3);
        String shown = name.length() <= SHOWN_CHARACTERS ? name : name.substring(0, SHOWN_CHARACTERS) + "...";
        return ApiError.modelNotFound("model: \"" + shown + "\" is not served here (expected: "
                + String.join(", ", nearest.isEmpty() ? served : nearest) + ")");
    }
}
