package dev.penstock.gateway.pipeline;

import dev.penstock.routing.ModelId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Known names like a mistyped one, by Levenshtein distance, case apart. */
public final class NearestModels {
    private static final int MAX_SUGGESTIONS = 3;
    /** Beyond it nothing is compared: an error answer must stay cheap. */
    private static final int MAX_KNOWN = 200;

    private NearestModels() {}

    private record Scored(ModelId model, int distance) {}

    /** At most three names, the nearest first; only those that differ in less than half of the longer one, or extend it. */
    public static List<ModelId> of(ModelId asked, Collection<ModelId> known) {
        String wanted = asked.value().toLowerCase(Locale.ROOT);
        return known.stream()
                .limit(MAX_KNOWN)
                .map(model -> new Scored(model, score(wanted, model.value().toLowerCase(Locale.ROOT))))
                .filter(scored -> scored.distance() * 2
                        <= Math.max(wanted.length(), scored.model().value().length()))
                .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::model))
                .limit(MAX_SUGGESTIONS)
                .map(Scored::model)
                .toList();
    }

    /** A name that contains the other ({@code llama-3} in {@code meta/llama-3-8b}) is near whatever its length. */
    private static int score(String wanted, String known) {
        int edits = distance(wanted, known);
        boolean telling = Math.min(wanted.length(), known.length()) >= 3;
        return telling && (known.contains(wanted) || wanted.contains(known)) ? Math.min(edits, 1) : edits;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
