package dev.penstock.deploy;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.ConfigWatch;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The configuration a command runs with.
 *
 * @param value what is in force
 * @param watch reads the file again; empty where there is no file
 * @param <R> the root record
 */
record ConfigFile<R extends Record>(R value, Optional<ConfigWatch<R>> watch) {
    /**
     * The configuration of a file, or the defaults where there is none.
     *
     * @param loader with what the command line says
     * @throws CommandFailedException with every fault, a line each
     */
    static <R extends Record> ConfigFile<R> load(Optional<Path> file, ConfigLoader loader, Class<R> type) {
        var result = file.map(path -> loader.load(path, type))
                .orElseGet(() -> loader.parse("command line", "", Path.of(""), type));
        return switch (result) {
            case ConfigResult.Loaded<R> loaded ->
                new ConfigFile<>(loaded.value(), file.map(path -> new ConfigWatch<>(loader, type, path, loaded)));
            case ConfigResult.Rejected<R> rejected -> throw CommandFailedException.usage(rejected.message());
        };
    }
}
