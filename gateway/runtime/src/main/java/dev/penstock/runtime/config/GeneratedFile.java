package dev.penstock.runtime.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of the repository that is written by the program: a test pins it. Run the test with
 * {@code -Dpenstock.docs.write=true} to write it again.
 */
public final class GeneratedFile {
    /** The system property that has the file written instead of compared. */
    public static final String WRITE_PROPERTY = "penstock.docs.write";

    private GeneratedFile() {}

    /**
     * Compares the file with what it should hold, or writes it when the property says so.
     *
     * @return how the two differ, and what to run; empty when they do not
     * @throws IOException when the file cannot be read or written
     */
    public static Optional<String> difference(Path file, String expected) throws IOException {
        if (Boolean.getBoolean(WRITE_PROPERTY)) {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(file, expected, StandardCharsets.UTF_8);
            return Optional.empty();
        }
        String actual = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        if (actual.equals(expected)) {
            return Optional.empty();
        }
        String[] had = actual.split("\n", -1);
        String[] wants = expected.split("\n", -1);
        int line = 0;
        while (line < Math.min(had.length, wants.length) && had[line].equals(wants[line])) {
            line++;
        }
        return Optional.of(file + ":" + (line + 1) + ": has\n  " + (line < had.length ? had[line] : "(nothing)")
                + "\nand should have\n  " + (line < wants.length ? wants[line] : "(nothing)")
                + "\nrun the test again with -D" + WRITE_PROPERTY + "=true to write it");
    }
}
