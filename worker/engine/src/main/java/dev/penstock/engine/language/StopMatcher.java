package dev.penstock.engine.language;

import java.util.List;
import java.util.Optional;

/** Finds stop strings in text that comes in pieces, and says how much of it is safe to show. */
final class StopMatcher {
    private final List<String> strings;
    private final int longest;

    StopMatcher(List<String> strings) {
        this.strings = strings;
        this.longest = strings.stream().mapToInt(String::length).max().orElse(0);
    }

    /** A stop string and where it begins. */
    record Match(String string, int at) {}

    /** The first stop string to begin; of several at one place, the first listed. */
    Optional<Match> find(StringBuilder text) {
        Match first = null;
        for (String string : strings) {
            int at = text.indexOf(string);
            if (at >= 0 && (first == null || at < first.at)) {
                first = new Match(string, at);
            }
        }
        return Optional.ofNullable(first);
    }

    /** How many characters at the start of the text cannot be part of a stop string yet to come. */
    int safe(StringBuilder text) {
        for (int from = Math.max(0, text.length() - longest + 1); from < text.length(); from++) {
            for (String string : strings) {
                if (beginsWith(string, text, from)) {
                    return from;
                }
            }
        }
        return text.length();
    }

    private static boolean beginsWith(String string, StringBuilder text, int from) {
        int length = text.length() - from;
        if (length >= string.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (string.charAt(i) != text.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }
}
