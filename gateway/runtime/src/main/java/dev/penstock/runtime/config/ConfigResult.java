package dev.penstock.runtime.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A bound configuration, or everything that is wrong with it.
 *
 * @param <R> the root record
 */
public sealed interface ConfigResult<R extends Record> {

    /**
     * The value, for tests and for callers that have nothing better to do with a fault than end.
     *
     * @throws IllegalArgumentException with every error, a line each
     */
    R orThrow();

    /**
     * A valid configuration.
     *
     * @param value the root record
     * @param source what it was read from
     */
    record Loaded<R extends Record>(R value, ConfigSource source) implements ConfigResult<R> {
        @Override
        public R orThrow() {
            return value;
        }
    }

    /**
     * A refused configuration.
     *
     * @param errors everything that is wrong, in the order of the file; never empty
     */
    record Rejected<R extends Record>(List<ConfigError> errors) implements ConfigResult<R> {
        public Rejected {
            errors = List.copyOf(errors);
        }

        /** Every error on a line of its own. */
        public String message() {
            return errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n"));
        }

        @Override
        public R orThrow() {
            throw new IllegalArgumentException(message());
        }
    }
}
