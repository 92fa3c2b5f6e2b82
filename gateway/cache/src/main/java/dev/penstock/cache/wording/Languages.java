package dev.penstock.cache.wording;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which language a text is in, as far as scripts and the commonest words of some languages tell. */
final class Languages {
    private static final Map<String, Set<String>> COMMON = Map.of(
            "en",
                    Set.of(
                            "the", "is", "are", "what", "how", "my", "and", "of", "to", "do", "can", "i", "it", "in",
                            "for", "why", "when"),
            "de",
                    Set.of(
                            "der", "die", "das", "ist", "und", "ich", "wie", "nicht", "ein", "eine", "mein", "meine",
                            "kann", "warum", "zu", "den"),
            "fr",
                    Set.of(
                            "le",
                            "la",
                            "les",
                            "est",
                            "et",
                            "je",
                            "comment",
                            "pas",
                            "un",
                            "une",
                            "mon",
                            "ma",
                            "puis",
                            "pourquoi",
                            "de",
                            "des"),
            "es",
                    Set.of(
                            "el", "los", "las", "es", "y", "cómo", "como", "qué", "un", "una", "mi", "puedo", "por",
                            "para", "del", "está"),
            "it",
                    Set.of(
                            "il", "lo", "gli", "è", "e", "come", "non", "un", "una", "mio", "mia", "posso", "perché",
                            "di", "del", "che"),
            "pt",
                    Set.of(
                            "o", "os", "as", "é", "e", "como", "não", "um", "uma", "meu", "minha", "posso", "por",
                            "para", "do", "da"),
            "nl",
                    Set.of(
                            "de", "het", "een", "is", "en", "ik", "hoe", "niet", "mijn", "kan", "waarom", "van", "op",
                            "wat", "naar", "voor"));

    private Languages() {}

    /** An ISO code, a script, or empty where neither can be told. */
    static String of(String text, List<String> words) {
        Map<UnicodeScript, Integer> scripts = new EnumMap<>(UnicodeScript.class);
        text.codePoints()
                .filter(Character::isLetter)
                .forEach(letter -> scripts.merge(UnicodeScript.of(letter), 1, Integer::sum));
        UnicodeScript most = scripts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(UnicodeScript.COMMON);
        if (most != UnicodeScript.LATIN) {
            return most == UnicodeScript.COMMON ? "" : Wording.lower(most.name());
        }
        String best = "";
        long count = 1; // one word alone tells nothing
        for (Map.Entry<String, Set<String>> language : COMMON.entrySet()) {
            long own = words.stream().filter(language.getValue()::contains).count();
            if (own > count || (own == count && best.compareTo(language.getKey()) > 0 && !best.isEmpty())) {
                best = language.getKey();
                count = own;
            }
        }
        return best;
    }
}
