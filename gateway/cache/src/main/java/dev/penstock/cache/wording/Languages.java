package dev.penstock.cache.wording;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which language a text is in, as far as scripts and the commonest words of some languages tell. */
final class Languages {
    private static final int FIRST_NOT_ASCII = 0x80;

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

    /** Of a word, those that it is common in. */
    private static final Map<String, List<String>> LANGUAGES = languages();

    private Languages() {}

    private static Map<String, List<String>> languages() {
        Map<String, List<String>> languages = new HashMap<>();
        new TreeMap<>(COMMON)
                .forEach((language, words) -> words.forEach(word -> languages
                        .computeIfAbsent(word, none -> new ArrayList<>())
                        .add(language)));
        return languages;
    }

    /** An ISO code, a script, or empty where neither can be told. */
    static String of(String text, List<String> words) {
        UnicodeScript most = script(text);
        if (most != UnicodeScript.LATIN) {
            return most == UnicodeScript.COMMON ? "" : Wording.lower(most.name());
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (String word : words) {
            for (String language : LANGUAGES.getOrDefault(word, List.of())) {
                counts.merge(language, 1, Integer::sum);
            }
        }
        String best = "";
        int count = 1; // one word alone tells nothing
        for (Map.Entry<String, Integer> language : counts.entrySet()) {
            if (language.getValue() > count) {
                best = language.getKey();
                count = language.getValue();
            }
        }
        return best;
    }

    /** That of most letters. */
    private static UnicodeScript script(String text) {
        int latin = 0;
        Map<UnicodeScript, Integer> others = new EnumMap<>(UnicodeScript.class);
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int letter = text.codePointAt(at);
            if (Character.isLetter(letter)) {
                UnicodeScript script = letter < FIRST_NOT_ASCII ? UnicodeScript.LATIN : UnicodeScript.of(letter);
                if (script == UnicodeScript.LATIN) {
                    latin++;
                } else {
                    others.merge(script, 1, Integer::sum);
                }
            }
        }
        UnicodeScript most = latin > 0 ? UnicodeScript.LATIN : UnicodeScript.COMMON;
        int letters = latin;
        for (Map.Entry<UnicodeScript, Integer> other : others.entrySet()) {
            if (other.getValue() > letters) {
                most = other.getKey();
                letters = other.getValue();
            }
        }
        return most;
    }
}
