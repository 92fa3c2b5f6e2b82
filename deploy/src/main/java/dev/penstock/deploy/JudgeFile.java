package dev.penstock.deploy;

import dev.penstock.cache.judge.Judge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A judge in a file. */
final class JudgeFile {
    private JudgeFile() {}

    /** That of the file, or the one that comes with the product. */
    static Judge read(Optional<Path> file) {
        if (file.isEmpty()) {
            return Judge.shipped();
        }
        try {
            return Judge.parse(Files.readString(file.get()));
        } catch (IOException unreadable) {
            throw CommandFailedException.usage(file.get() + ": cannot be read: " + unreadable);
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(file.get() + ": " + refused.getMessage());
        }
    }
}
