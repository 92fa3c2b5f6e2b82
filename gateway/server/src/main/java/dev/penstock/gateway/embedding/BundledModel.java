package dev.penstock.gateway.embedding;

import java.nio.file.Path;
import java.util.Optional;

/** The embedding model of the distribution. */
public final class BundledModel {
    /** What it is called. */
    public static final String NAME = "all-MiniLM-L6-v2";

    private BundledModel() {}

    /**
     * Where it lies.
     *
     * @param field of the configuration, which would have named another
     * @throws IllegalArgumentException where this process does not know its distribution
     */
    public static Path directory(String field) {
        return Optional.ofNullable(System.getProperty("penstock.models"))
                .or(() -> Optional.ofNullable(System.getenv("PENSTOCK_HOME")).map(home -> home + "/models"))
                .map(models -> Path.of(models, NAME))
                .orElseThrow(() -> new IllegalArgumentException(
                        field + ": not given, and PENSTOCK_HOME is not set (expected: a directory)"));
    }
}
