package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.gateway.models.TraitsReader;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.model.DifficultyFit;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads requests with a label, a JSON object on each line; blank lines are passed over. */
final class LabelledRequests {
    /** The most that are read. */
    static final int MAX_REQUESTS = 1_000_000;

    private static final int MAX_FAULTS = 20;

    private LabelledRequests() {}

    /**
     * Reads a file.
     *
     * @throws CommandFailedException naming the line and the field of what cannot be used, up to 20 of them
     */
    static List<DifficultyFit.Example> read(Path file) {
        List<DifficultyFit.Example> examples = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null && faults.size() < MAX_FAULTS; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                if (examples.size() == MAX_REQUESTS) {
                    throw CommandFailedException.usage(file + ": more than " + MAX_REQUESTS + " requests");
                }
                try {
                    examples.add(example(line));
                } catch (JsonRejectedException refused) {
                    faults.add(file + ":" + number + ": " + refused.error().message());
                } catch (IllegalArgumentException refused) {
                    faults.add(file + ":" + number + ": " + refused.getMessage());
                }
            }
        } catch (IOException unreadable) {
            throw CommandFailedException.usage(file + ": cannot be read: " + unreadable.getMessage());
        }
        if (!faults.isEmpty()) {
            throw CommandFailedException.usage(String.join("\n", faults));
        }
        return examples;
    }

    private static DifficultyFit.Example example(String line) throws JsonRejectedException {
        JsonDocument body = JsonDocument.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT);
        JsonNode label = body.value("hard")
                .orElseThrow(() -> new IllegalArgumentException("hard: missing (expected: true or false)"));
        if (!label.isBoolean()) {
            throw new IllegalArgumentException("hard: " + cut(label.toString()) + " (expected: true or false)");
        }
        if (body.has("messages") == body.has("prompt")) {
            throw new IllegalArgumentException("messages: " + (body.has("messages") ? "beside a prompt" : "missing")
                    + " (expected: either messages or prompt)");
        }
        boolean chat = body.has("messages");
        JsonNode asked = body.value(chat ? "messages" : "prompt").orElseThrow();
        if (chat && (!asked.isArray() || asked.isEmpty())) {
            throw new IllegalArgumentException("messages: (expected: a list of at least one message)");
        }
        if (!chat && !asked.isTextual()) {
            throw new IllegalArgumentException("prompt: (expected: a text)");
        }
        return new DifficultyFit.Example(TraitsReader.read(body), label.booleanValue());
    }

    private static String cut(String text) {
        return text.length() > 32 ? text.substring(0, 32) + "..." : text;
    }
}
