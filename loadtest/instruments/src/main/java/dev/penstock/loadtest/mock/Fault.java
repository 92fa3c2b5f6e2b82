package dev.penstock.loadtest.mock;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a mock does instead of answering right. */
public enum Fault {
    /** Status 500. */
    INTERNAL_ERROR("500"),
    /** Status 503 with Retry-After. */
    UNAVAILABLE("503"),
    /** Status 429 with Retry-After. */
    RATE_LIMITED("429"),
    /** A TCP reset where the answer's head would have been. */
    RESET("reset"),
    /** A TCP reset after half of the answer. */
    RESET_MID_STREAM("reset-mid-stream"),
    /** Not a byte of an answer, until the client leaves. */
    HANG("hang"),
    /** Status 200 and bytes that are neither JSON nor UTF-8. */
    GARBAGE("garbage"),
    /** An answer that ends in the middle of its JSON, with HTTP that is in order. */
    TRUNCATED("truncated"),
    /** A stream that ends in order but without {@code [DONE]}; other answers are right, and not counted. */
    MISSING_DONE("missing-done"),
    /** A line that does not end: a gigabyte, then a reset. */
    ENDLESS_LINE("endless-line"),
    /** The right answer in ten times the time. */
    SLOW("slow");

    private final String label;

    Fault(String label) {
        this.label = label;
    }

    /** Its name in options and statistics. */
    public String label() {
        return label;
    }

    /**
     * The fault of that name.
     *
     * @throws IllegalArgumentException when there is none; names those that are
     */
    public static Fault of(String label) {
        for (Fault fault : values()) {
            if (fault.label.equals(label)) {
                return fault;
            }
        }
        throw new IllegalArgumentException("fault: " + label + " (expected: one of "
                + Arrays.stream(values()).map(Fault::label).collect(Collectors.joining(", ")) + ")");
    }
}
