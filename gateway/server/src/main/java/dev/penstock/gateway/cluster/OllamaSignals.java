package dev.penstock.gateway.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worker;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What Ollama says of itself: nothing of its load, but which models it has in memory ({@code GET /api/ps}). It drops one that
 * was not asked for in a while, five minutes by default, and loads it again when it is asked for.
 *
 * <p>Source: Ollama, {@code docs/api.md}, "List Running Models": {@code {"models":[{"name":"mistral:latest",...}]}}. A name
 * without a tag has the tag {@code latest}.
 */
public final class OllamaSignals implements EngineSignals {
    private static final String PATH = "/api/ps";

    private final EngineQuery query;
    private final Map<ModelId, String> names;

    /**
     * Signals of one that is asked in that way.
     *
     * @param names by which it knows the models that it serves
     */
    public OllamaSignals(EngineQuery query, Map<ModelId, String> names) {
        this.query = query;
        this.names = Map.copyOf(names);
    }

    @Override
    public Future<Optional<Reading>> read(Worker worker) {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public Future<Optional<Set<ModelId>>> loaded(Worker worker) {
        return query.get(worker, PATH).map(this::loaded);
    }

    Optional<Set<ModelId>> loaded(byte[] answer) {
        return running(answer).map(running -> names.entrySet().stream()
                .filter(served -> running.contains(tagged(served.getValue())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet()));
    }

    private static Optional<Set<String>> running(byte[] answer) {
        Optional<JsonNode> models;
        try {
            models = JsonDocument.parse(answer, JsonLimits.DEFAULT).value("models");
        } catch (JsonRejectedException notJson) {
            return Optional.empty();
        }
        return models.filter(JsonNode::isArray).map(list -> {
            Set<String> names = new HashSet<>();
            list.forEach(model -> names.add(tagged(model.path("name").asText(""))));
            return names;
        });
    }

    /** The part after the last slash may have a tag; a registry's port before it is none. */
    private static String tagged(String name) {
        return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
    }
}
