package dev.penstock.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The model directories that come with the distribution. */
final class BundledModels {
    private BundledModels() {}

    /** Where they lie: {@code models} below the distribution, or where the property {@code penstock.models} says. */
    static Path directory() {
        return Optional.ofNullable(System.getProperty("penstock.models"))
                .or(() -> Optional.ofNullable(System.getenv("PENSTOCK_HOME")).map(home -> home + "/models"))
                .map(Path::of)
                .orElseThrow(() -> CommandFailedException.failure(
                        "PENSTOCK_HOME is not set: run bin/penstock, which knows where the models are"));
    }

    /**
     * Every model directory, in the order of their names.
     *
     * @throws CommandFailedException where there is none
     */
    static List<Path> find() {
        var directory = directory();
        try (var entries = Files.list(directory)) {
            var models = entries.filter(entry -> Files.isRegularFile(entry.resolve("config.json")))
                    .sorted()
                    .toList();
            if (models.isEmpty()) {
                throw CommandFailedException.failure("no models in " + directory);
            }
            return models;
        } catch (IOException unreadable) {
            throw CommandFailedException.failure(
                    "cannot read the models in " + directory + ": " + unreadable.getMessage());
        }
    }
}
