package dev.penstock.engine;

import java.nio.file.Path;

/** A model directory that cannot be loaded: names the file and what was expected of it. */
public final class ModelLoadException extends RuntimeException {
    private final Path file;

    /** A file, and what is wrong with it. */
    public ModelLoadException(Path file, String problem) {
        super(file + ": " + problem);
        this.file = file;
    }

    /** A file, what is wrong with it, and why. */
    public ModelLoadException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
        this.file = file;
    }

    /** The file or directory at fault. */
    public Path file() {
        return file;
    }
}
