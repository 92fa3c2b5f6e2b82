package dev.penstock.gateway.telemetry;

import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Model names fit for labels: those that some worker serves, at most {@value #MAX_NAMES} over the life of the process.
 * Whatever else a client asks for is {@value #OTHER}: a label never holds what a client made up.
 */
final class ModelLabels {
    static final int MAX_NAMES = 200;
    static final String OTHER = "other";

    private final Supplier<Directory> directory;
    private final Set<ModelId> seen = ConcurrentHashMap.newKeySet();

    ModelLabels(Supplier<Directory> directory) {
        this.directory = directory;
    }

    String of(Optional<ModelId> model) {
        return model.filter(this::known).map(ModelId::value).orElse(OTHER);
    }

    private boolean known(ModelId model) {
        if (seen.contains(model)) {
            return true;
        }
        // Two threads may both see room for the last name: one name over the bound does no harm.
        return seen.size() < MAX_NAMES && !directory.get().serving(model).isEmpty() && seen.add(model);
    }
}
