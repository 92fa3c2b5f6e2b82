package dev.penstock.deploy;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import java.nio.file.Path;

/** Reads what {@code -c} names. */
final class ConfigFile {
    private ConfigFile() {}

    /**
     * The configuration in a file.
     *
     * @throws CommandFailedException with every fault of the file, a line each
     */
    static <R extends Record> ConfigResult.Loaded<R> load(Path file, Class<R> type) {
        return switch (ConfigLoader.system().load(file, type)) {
            case ConfigResult.Loaded<R> loaded -> loaded;
            case ConfigResult.Rejected<R> rejected -> throw CommandFailedException.usage(rejected.message());
        };
    }
}
