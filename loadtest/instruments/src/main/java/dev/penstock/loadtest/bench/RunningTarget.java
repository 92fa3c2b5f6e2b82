package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A target that serves.
 *
 * @param name of the target
 * @param version of it
 * @param json where chats are sent
 * @param streams where streams are sent, which may be the same
 * @param apiKey that it asks for
 * @param headers that it needs in each request
 * @param model to ask it for
 * @param process of it; none when it is the mock, which is not what is measured
 * @param java whether its heap can be asked for
 * @param logs what it writes a line to for each request
 */
public record RunningTarget(
        String name,
        String version,
        URI json,
        URI streams,
        Optional<String> apiKey,
        Map<String, String> headers,
        String model,
        Optional<ChildProcess> process,
        boolean java,
        List<Path> logs)
        implements AutoCloseable {
    /** Empties its logs, which would fill the disk: 20,000 lines a second are a gigabyte in three minutes. */
    void emptyLogs() {
        for (Path log : logs) {
            if (Files.exists(log)) {
                try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                    file.truncate(0);
                } catch (IOException unwritable) {
                    throw new UncheckedIOException(log + " cannot be emptied", unwritable);
                }
            }
        }
    }

    @Override
    public void close() {
        process.ifPresent(ChildProcess::close);
    }
}
