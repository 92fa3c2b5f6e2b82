package dev.penstock.loadtest.generator;

/** What an answer says of memory ({@code x-penstock-cache}). */
public enum Remembered {
    /** Nothing. */
    UNTOLD,
    /** From memory, by the very same request. */
    EXACT,
    /** From memory, by a question that means the same. */
    SEMANTIC,
    /** Looked up, and not found. */
    MISS,
    /** Not looked up. */
    BYPASS;

    /** Of the value of the header; what is not known is untold. */
    static Remembered of(String header) {
        int end = header.indexOf(';');
        return switch (end < 0 ? header : header.substring(0, end)) {
            case "exact" -> EXACT;
            case "semantic" -> SEMANTIC;
            case "miss" -> MISS;
            case "bypass" -> BYPASS;
            default -> UNTOLD;
        };
    }
}
