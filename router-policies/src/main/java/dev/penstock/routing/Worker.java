package dev.penstock.routing;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a worker that does not change from request to request.
 *
 * @param id its name in the pool
 * @param slot its row in every {@link LoadView}, from 0 to {@link Directory#MAX_WORKERS} - 1; kept while it lives
 * @param endpoint the origin it is dialled at: scheme, host, port and an optional path prefix
 * @param accelerator what it computes on
 * @param site where it runs
 * @param capacity how many requests it takes at once, at least 1; more wait at the gateway
 * @param models what it serves
 */
public record Worker(
        WorkerId id,
        int slot,
        URI endpoint,
        Accelerator accelerator,
        Site site,
        int capacity,
        List<ServedModel> models) {
    public Worker {
        if (slot < 0 || slot >= Directory.MAX_WORKERS) {
            throw new IllegalArgumentException(
                    "slot: " + slot + " (expected: 0 to " + (Directory.MAX_WORKERS - 1) + ")");
        }
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        models = List.copyOf(models);
    }

    /** The model of that name, if this worker serves it. */
    public Optional<ServedModel> model(ModelId id) {
        for (ServedModel model : models) {
            if (model.id().equals(id)) {
                return Optional.of(model);
            }
        }
        return Optional.empty();
    }
}
