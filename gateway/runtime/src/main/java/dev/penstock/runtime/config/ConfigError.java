package dev.penstock.runtime.config;

/**
 * One fault of a configuration.
 *
 * @param file the file as the user named it
 * @param line where, from 1; 0 when the fault is the file itself
 * @param column where, from 1; 0 when the fault is the file itself
 * @param path the key, such as {@code listener.port}; empty at the root
 * @param message the value and what was expected; never a secret
 */
public record ConfigError(String file, int line, int column, String path, String message) {

    /** {@code penstock.yaml:3:9: listener.port: 99999 (expected: an integer from 0 to 65535)}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return path.isEmpty() ? place + ": " + message : place + ": " + path + ": " + message;
    }
}
