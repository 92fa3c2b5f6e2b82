package dev.penstock.runtime.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What a configuration was read from.
 *
 * @param name the file as the user named it, or another name for text that is in no file
 * @param file the file, when there is one
 * @param references the other files that the configuration names (secrets, certificates): when one of them changes, the
 *     configuration has changed
 */
public record ConfigSource(String name, Optional<Path> file, Set<Path> references) {
    public ConfigSource {
        references = Set.copyOf(references);
    }
}
