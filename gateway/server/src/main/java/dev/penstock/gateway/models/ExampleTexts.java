package dev.penstock.gateway.models;

import dev.penstock.gateway.config.ExamplesConfig;
import dev.penstock.protocol.JsonRejectedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The examples themselves.
 *
 * @param hard at least one
 * @param easy at least one
 */
public record ExampleTexts(List<String> hard, List<String> easy) {
    private static final int MAX_LINE = 65_536;

    public ExampleTexts {
        hard = List.copyOf(hard);
        easy = List.copyOf(easy);
        check("hard", hard);
        check("easy", easy);
    }

    private static void check(String kind, List<String> texts) {
        if (texts.isEmpty() || texts.size() > ExamplesConfig.MOST) {
            throw new IllegalArgumentException("difficulty.examples: " + texts.size() + " " + kind
                    + " ones, those of the file included (expected: 1 to " + ExamplesConfig.MOST + ")");
        }
    }

    /**
     * Those of a configuration and of its file.
     *
     * @throws IllegalArgumentException naming the file and line of what cannot be used
     */
    public static ExampleTexts of(ExamplesConfig config) {
        List<String> hard = new ArrayList<>(config.hard());
        List<String> easy = new ArrayList<>(config.easy());
        config.file().ifPresent(file -> read(file, hard, easy));
        return new ExampleTexts(hard, easy);
    }

    /** At most one line more than could be used is read. */
    private static void read(Path file, List<String> hard, List<String> easy) {
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine();
                    line != null && hard.size() <= ExamplesConfig.MOST && easy.size() <= ExamplesConfig.MOST;
                    line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    LabelledRequest request = parse(line);
                    (request.hard() ? hard : easy).add(request.traits().question());
                }
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "difficulty.examples.file: " + file + ": cannot be read: " + unreadable.getMessage(), unreadable);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "difficulty.examples.file: " + file + ":" + number + ": " + refused.getMessage(), refused);
        }
    }

    private static LabelledRequest parse(String line) {
        if (line.length() > MAX_LINE) {
            throw new IllegalArgumentException(line.length() + " characters (expected: at most " + MAX_LINE + ")");
        }
        try {
            LabelledRequest request = LabelledRequest.parse(line);
            if (request.traits().question().isBlank()) {
                throw new IllegalArgumentException("messages: nothing that a user says (expected: some text)");
            }
            return request;
        } catch (JsonRejectedException refused) {
            throw new IllegalArgumentException(refused.error().message(), refused);
        }
    }
}
