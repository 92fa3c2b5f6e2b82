package dev.penstock.protocol.announcement;

import java.net.URI;
import java.util.List;

/**
 * What a worker says of itself that does not change from heartbeat to heartbeat.
 *
 * @param endpoint the origin it is dialled at, {@code http} or {@code https}, up to 512 characters
 * @param models what it serves, at most 256
 * @param accelerator {@code cpu}, {@code gpu} or {@code tpu}
 * @param site where it runs
 * @param capacity how many requests it takes at once, at least 1
 */
public record WorkerDescription(
        URI endpoint, List<AnnouncedModel> models, String accelerator, AnnouncedSite site, int capacity) {
    static final int MAX_MODELS = 256;

    public WorkerDescription {
        Limits.text("endpoint", endpoint.toString(), 1, 512);
        Limits.range("models", models.size(), 0, MAX_MODELS);
        if (models.stream().map(AnnouncedModel::name).distinct().count() != models.size()) {
            throw new IllegalArgumentException("models: two share a name (expected: each its own)");
        }
        Limits.text("accelerator", accelerator, 1, 32);
        Limits.range("capacity", capacity, 1, 1_000_000);
        models = List.copyOf(models);
    }
}
