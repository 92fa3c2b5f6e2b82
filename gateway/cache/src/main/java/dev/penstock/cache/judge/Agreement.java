package dev.penstock.cache.judge;

import dev.penstock.cache.wording.Wording;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether two answers say the same: equal but for case, blanks and punctuation; or without a {@link Veto} between them, both
 * denying or neither, and at least {@value #LEAST_OVERLAP} of the weight of their words in common, as 2 |A and B| / (|A| + |B|)
 * (Dice 1945).
 *
 * <p>It looks at words. An answer that says the same in quite other words is taken for another, so that what is watched by it
 * is trusted too little rather than too much; one that differs in no number, name, contrast or negation, and in few words, is
 * taken for the same whatever else it says. Of texts of more than {@value Wording#MOST_CHARACTERS} characters only equal ones say the same.
 */
public final class Agreement {
    static final double LEAST_OVERLAP = 0.6;

    private static final Pattern NEGATIVE = Pattern.compile("(?<![\\w.)-])[-\u2212](\\d+)");

    private Agreement() {}

    /** Whether they say the same. The order of the two does not matter. */
    public static boolean between(String one, String other) {
        if (plain(one).equals(plain(other))) {
            return true;
        }
        if (Math.max(one.length(), other.length()) > Wording.MOST_CHARACTERS) {
            return false; // what differs may be in what is not read
        }
        Wording first = Wording.of(one);
        Wording second = Wording.of(other);
        return Veto.between(first, second).isEmpty()
                && first.negated() == second.negated()
                && belowZero(one).equals(belowZero(other))
                && overlap(first, second) >= LEAST_OVERLAP;
    }

    /** A sign is no word, and changes what is said. */
    private static Set<String> belowZero(String text) {
        return NEGATIVE.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("[\\p{Punct}\\s&&[^+\\-*/=<>%$]]+", " ")
                .strip();
    }

    private static double overlap(Wording one, Wording other) {
        double shared = 0;
        for (Map.Entry<String, Double> word : one.content().entrySet()) {
            shared += other.content().containsKey(word.getKey()) ? word.getValue() : 0;
        }
        double both = one.weight() + other.weight();
        return both == 0 ? 0 : 2 * shared / both;
    }
}
