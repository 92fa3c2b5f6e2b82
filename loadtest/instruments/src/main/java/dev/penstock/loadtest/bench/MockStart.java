package dev.penstock.loadtest.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Starts the mock that stands behind all targets. */
@FunctionalInterface
public interface MockStart {
    /**
     * Starts one, and returns when it serves.
     *
     * @param log what it prints goes there
     */
    Mock start(MockPace pace, Path log) throws IOException, InterruptedException;

    /**
     * A mock that serves.
     *
     * @param uri {@code http://host:port}
     * @param stop ends it
     */
    record Mock(URI uri, Runnable stop) implements AutoCloseable {
        @Override
        public void close() {
            stop.run();
        }
    }
}
