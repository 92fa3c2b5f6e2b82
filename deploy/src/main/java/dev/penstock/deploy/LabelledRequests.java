package dev.penstock.deploy;

import dev.penstock.gateway.models.LabelledRequest;
import dev.penstock.protocol.JsonRejectedException;
import java.io.BufferedReader;
import java.io.IOException;
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
    static List<LabelledRequest> read(Path file) {
        List<LabelledRequest> examples = new ArrayList<>();
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
                    examples.add(LabelledRequest.parse(line));
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
}
