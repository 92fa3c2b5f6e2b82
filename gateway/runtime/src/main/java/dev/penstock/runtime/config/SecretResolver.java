package dev.penstock.runtime.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where secret references are looked up. */
public interface SecretResolver {
    /** The value of an environment variable, or empty when it is not set. */
    Optional<String> environment(String name);

    /**
     * The text of a file.
     *
     * @throws IOException when it cannot be read
     */
    String file(Path path) throws IOException;

    /** The process environment and the file system. A file may have 64 KiB; its last line break is cut. */
    static SecretResolver system() {
        return of(System.getenv());
    }

    /** The given variables and the file system. */
    static SecretResolver of(Map<String, String> environment) {
        return new SecretResolver() {
            @Override
            public Optional<String> environment(String name) {
                return Optional.ofNullable(environment.get(name));
            }

            @Override
            public String file(Path path) throws IOException {
                if (Files.size(path) > MAX_FILE_BYTES) {
                    throw new IOException("larger than " + MAX_FILE_BYTES + " bytes");
                }
                return Files.readString(path, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
            }
        };
    }

    /** The largest secret file that {@link #system} reads, in bytes. */
    int MAX_FILE_BYTES = 64 << 10;
}
