package dev.penstock.loadtest.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.routing.capture.LoggedDecision;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads a decision log, a line at a time. */
final class DecisionLogReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            // What a later version adds is no reason not to read the rest.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DecisionLogReader() {}

    /**
     * Gives each decision of a file, in its order. A line may be cut off, as by a process that was killed: it is then left
     * out.
     *
     * @throws IOException where the file cannot be read
     * @throws IllegalArgumentException naming the line that is no decision
     */
    static void read(Path file, Consumer<LoggedDecision> each) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 1;
            String line = lines.readLine();
            while (line != null) {
                if (!line.isBlank()) {
                    take(file, number, line, each);
                }
                line = lines.readLine();
                number++;
            }
        }
    }

    private static void take(Path file, int number, String line, Consumer<LoggedDecision> each) {
        LoggedDecision decision;
        try {
            decision = JSON.readValue(line, LoggedDecision.class);
        } catch (JsonProcessingException malformed) {
            if (line.startsWith("{") && !line.endsWith("}")) {
                return;
            }
            throw new IllegalArgumentException(
                    file + ":" + number + ": not a decision (expected: a line of a gateway's decision log): "
                            + malformed.getOriginalMessage(),
                    malformed);
        }
        if (decision.version() != LoggedDecision.VERSION) {
            throw new IllegalArgumentException(file + ":" + number + ": version: " + decision.version() + " (expected: "
                    + LoggedDecision.VERSION + ")");
        }
        each.accept(decision);
    }
}
