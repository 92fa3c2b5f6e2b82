package dev.penstock.loadtest.generator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/** A recorded load: when requests came and how long they were. Times count from its first request. */
public final class TraceFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Beyond what any server takes; a larger number is a broken line. */
    private static final int MAX_TOKENS = 1 << 20;

    private static final long[] NO_BLOCKS = new long[0];

    private final Path file;
    private long[] atNanos = new long[1024];
    private int[] promptTokens = new int[1024];
    private int[] answerTokens = new int[1024];
    private long[][] blocks = new long[1024][];
    private int size;

    private TraceFile(Path file) {
        this.file = file;
    }

    /**
     * Reads a file of one of the two forms, told apart by its first character.
     *
     * @throws UncheckedIOException when it cannot be read
     * @throws IllegalArgumentException naming the line that is wrong
     */
    public static TraceFile read(Path file) {
        TraceFile trace = new TraceFile(file);
        try (var lines = Files.newBufferedReader(file)) {
            String header = lines.readLine();
            if (header == null) {
                throw new IllegalArgumentException(file + ": empty (expected: a trace)");
            }
            boolean json = header.strip().startsWith("{");
            List<String> columns = Arrays.asList(header.strip().split(","));
            int number = 1;
            if (json) {
                trace.addJson(header, number);
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                if (json) {
                    trace.addJson(line, number);
                } else {
                    trace.addCsv(columns, line, number);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("trace " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
        return trace;
    }

    /** How many requests it has. */
    public int size() {
        return size;
    }

    /** When a request came, counted from the first. */
    public long atNanos(int index) {
        return atNanos[index] - atNanos[0];
    }

    /** 0 where the file does not tell. */
    public int promptTokens(int index) {
        return promptTokens[index];
    }

    /** 0 where the file does not tell. */
    public int answerTokens(int index) {
        return answerTokens[index];
    }

    /**
     * Names of the blocks of 512 tokens of a prompt ({@code hash_ids}), each of it together with all before it; none where
     * the file does not tell. Not copied.
     */
    public long[] blocks(int index) {
        return blocks[index];
    }

    private void addJson(String line, int number) {
        JsonNode entry;
        try {
            entry = JSON.readTree(line);
        } catch (JsonProcessingException broken) {
            throw wrong(number, "not JSON", "an object with a timestamp in ms");
        }
        if (!entry.path("timestamp").isNumber()) {
            throw wrong(number, "timestamp " + entry.path("timestamp"), "a number of ms");
        }
        add(
                (long) (entry.path("timestamp").asDouble() * 1e6),
                tokens(entry.path("input_length").asText("0"), number),
                tokens(entry.path("output_length").asText("0"), number),
                blocks(entry.path("hash_ids"), number),
                number);
    }

    private long[] blocks(JsonNode ids, int number) {
        long[] names = new long[ids.size()];
        for (int i = 0; i < names.length; i++) {
            if (!ids.get(i).isIntegralNumber()) {
                throw wrong(number, "hash_ids " + ids.get(i), "whole numbers");
            }
            names[i] = ids.get(i).asLong();
        }
        return names;
    }

    private void addCsv(List<String> columns, String line, int number) {
        String[] fields = line.split(",", -1);
        String time = field(columns, fields, "TIMESTAMP");
        try {
            Instant moment = LocalDateTime.parse(time.strip().replace(' ', 'T')).toInstant(ZoneOffset.UTC);
            add(
                    ChronoUnit.NANOS.between(Instant.EPOCH, moment),
                    tokens(field(columns, fields, "ContextTokens"), number),
                    tokens(field(columns, fields, "GeneratedTokens"), number),
                    NO_BLOCKS,
                    number);
        } catch (DateTimeParseException broken) {
            throw wrong(number, "TIMESTAMP \"" + time + "\"", "such as 2023-11-16 18:15:46.68");
        }
    }

    private static String field(List<String> columns, String[] fields, String name) {
        int at = columns.indexOf(name);
        return at < 0 || at >= fields.length ? "" : fields[at];
    }

    private int tokens(String text, int number) {
        try {
            int tokens = text.isBlank() ? 0 : Integer.parseInt(text.strip());
            if (tokens >= 0 && tokens <= MAX_TOKENS) {
                return tokens;
            }
        } catch (NumberFormatException broken) {
            // said below
        }
        throw wrong(number, "length \"" + text + "\"", "a number of tokens, 0 to " + MAX_TOKENS);
    }

    private void add(long at, int prompt, int answer, long[] names, int number) {
        if (size > 0 && at < atNanos[size - 1]) {
            throw wrong(number, "a time before that of the line above", "times in order");
        }
        if (size == atNanos.length) {
            atNanos = Arrays.copyOf(atNanos, 2 * size);
            promptTokens = Arrays.copyOf(promptTokens, 2 * size);
            answerTokens = Arrays.copyOf(answerTokens, 2 * size);
            blocks = Arrays.copyOf(blocks, 2 * size);
        }
        atNanos[size] = at;
        promptTokens[size] = prompt;
        answerTokens[size] = answer;
        blocks[size] = names;
        size++;
    }

    private IllegalArgumentException wrong(int number, String what, String expected) {
        return new IllegalArgumentException(file + ":" + number + ": " + what + " (expected: " + expected + ")");
    }
}
