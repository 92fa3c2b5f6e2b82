package dev.penstock.cache.wording;

/** English endings taken off, so that "transferring" and "transfers" are one word: the first step of Porter's, no more. */
final class Stems {
    private static final int LEAST = 4;

    private Stems() {}

    static String of(String word) {
        String stem = word;
        if (stem.length() > 5 && stem.endsWith("ing")) {
            stem = undoubled(stem.substring(0, stem.length() - 3));
        } else if (stem.length() > LEAST && stem.endsWith("ed")) {
            stem = undoubled(stem.substring(0, stem.length() - 2));
        } else if (stem.length() > LEAST && stem.endsWith("es")) {
            stem = stem.substring(0, stem.length() - 2);
        } else if (stem.length() > 3 && stem.endsWith("s") && !stem.endsWith("ss")) {
            stem = stem.substring(0, stem.length() - 1);
        }
        if (stem.length() > LEAST && stem.endsWith("e")) {
            return stem.substring(0, stem.length() - 1);
        }
        return stem.length() > LEAST && stem.endsWith("y") ? stem.substring(0, stem.length() - 1) + "i" : stem;
    }

    private static String undoubled(String stem) {
        int last = stem.length() - 1;
        return stem.length() > LEAST && stem.charAt(last) == stem.charAt(last - 1) ? stem.substring(0, last) : stem;
    }
}
