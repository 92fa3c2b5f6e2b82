package dev.penstock.runtime.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names near a mistyped one, for "did you mean". */
public final class NearestName {
    private static final int LONGEST = 128;

    private NearestName() {}

    /**
     * The known names that a typist may have meant, nearest first.
     *
     * <p>Near is an edit distance (insert, delete, replace, swap of neighbours; case ignored) of at most a third of the
     * longer name, or one name holding the other.
     *
     * @param limit the most names to return, >= 0
     */
    public static List<String> of(String name, Collection<String> known, int limit) {
        if (name.isEmpty() || name.length() > LONGEST) {
            return List.of();
        }
        String wanted = name.toLowerCase(Locale.ROOT);
        record Candidate(String name, int distance) {}
        return known.stream()
                .filter(candidate -> !candidate.isEmpty() && candidate.length() <= LONGEST)
                .map(candidate -> new Candidate(candidate, distance(wanted, candidate.toLowerCase(Locale.ROOT))))
                .filter(candidate -> isNear(wanted, candidate.name().toLowerCase(Locale.ROOT), candidate.distance()))
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(limit)
                .map(Candidate::name)
                .toList();
    }

    private static boolean isNear(String wanted, String candidate, int distance) {
        int longer = Math.max(wanted.length(), candidate.length());
        boolean holds = Math.min(wanted.length(), candidate.length()) >= 4
                && (wanted.contains(candidate) || candidate.contains(wanted));
        return holds || distance <= Math.max(1, longer / 3);
    }

    /** The optimal string alignment distance, in O(length squared). */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(last[j], current[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
                }
            }
            int[] oldest = beforeLast;
            beforeLast = last;
            last = current;
            current = oldest;
        }
        return last[b.length()];
    }
}
