package dev.penstock.cache.wording;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One reading of a text, from left to right. */
final class Reading {
    /** Words that tell nothing of what is asked. */
    private static final Set<String> EMPTY = Set.of(
            "a", "an", "the", "is", "are", "was", "were", "be", "been", "am", "i", "my", "me", "you", "your", "it",
            "its", "to", "of", "in", "on", "for", "and", "or", "do", "does", "did", "have", "has", "had", "this",
            "that", "there", "with", "at", "by", "from", "so", "just", "please", "hi", "hello", "thanks", "if", "but",
            "as", "some", "any", "im", "ive", "whats", "hows", "theres", "kindly", "hey", "thank", "ok", "okay", "can",
            "could", "would", "will", "should", "get", "got", "about", "what", "how", "why", "when", "where", "which",
            "who", "need", "want", "like", "help", "tell", "know", "us", "we", "our", "not", "no", "also");

    private static final Set<String> ASKS =
            Set.of("what", "how", "why", "when", "where", "which", "who", "whose", "can", "could", "does", "is", "are");

    private static final Set<String> NEGATIONS = Set.of(
            "not",
            "no",
            "never",
            "without",
            "cannot",
            "cant",
            "wont",
            "didnt",
            "dont",
            "doesnt",
            "isnt",
            "wasnt",
            "arent",
            "havent",
            "hasnt",
            "couldnt",
            "wouldnt",
            "shouldnt",
            "nor",
            "neither",
            "none",
            "nothing",
            "nobody",
            "unable",
            "except",
            "unless");

    /** "I do not know where" asks as "where" does, and denies nothing. */
    private static final Set<String> KNOWING = Set.of("know", "understand", "find", "sure", "remember", "idea");

    /** What part something plays is said by the word before it. */
    private static final Set<String> ROLES = Set.of("from", "into", "than", "over", "against", "beats");

    /** Words between one of them and what plays it. */
    private static final int MOST_BETWEEN = 3;

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final Map<String, Double> content = new LinkedHashMap<>();
    private final Set<String> numbers = new LinkedHashSet<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> asks = new HashSet<>();
    private boolean negated;
    /** By the word before. */
    private boolean denied;

    Reading(String text) {
        this.text = text.length() > Wording.MOST_CHARACTERS ? text.substring(0, Wording.MOST_CHARACTERS) : text;
    }

    Wording wording() {
        boolean shouted = text.chars().noneMatch(Character::isLowerCase);
        for (Tokens.Token token : Tokens.of(text)) {
            if (Character.isDigit(token.written().charAt(0))) {
                String number = Numbers.ofDigits(token.written());
                numbers.add(number);
                words.add(number);
            } else {
                read(token.written(), token.first(), shouted);
            }
        }
        return new Wording(
                words,
                content,
                numbers,
                names,
                Code.of(text),
                Wording.contrasts(words),
                roles(),
                asks,
                negated || denied,
                Languages.of(text, words));
    }

    private void read(String written, boolean first, boolean shouted) {
        String whole = Wording.lower(written);
        boolean contracted = whole.endsWith("n't");
        String word = contracted ? affirmed(whole) : beforeApostrophe(whole);
        words.add(word);
        negated |= denied && !KNOWING.contains(word);
        denied = contracted || NEGATIONS.contains(word);
        if (denied && !contracted) {
            return;
        }
        Optional<String> number = Numbers.ofWord(word).or(() -> shouted ? Optional.empty() : Numbers.ofRoman(written));
        if (number.isPresent()) {
            numbers.add(number.get());
            return;
        }
        if (ASKS.contains(word)) {
            asks.add(word);
        }
        if (EMPTY.contains(word)) {
            return;
        }
        content.merge(Stems.of(word), Vocabulary.weight(word), Math::max);
        if (!shouted && Character.isUpperCase(written.charAt(0)) && (!first || acronym(written))) {
            names.add(word);
        }
    }

    private static boolean acronym(String written) {
        return written.length() > 1 && written.chars().allMatch(Character::isUpperCase);
    }

    private static String beforeApostrophe(String word) {
        int apostrophe = word.indexOf('\'');
        return apostrophe < 0 ? word : word.substring(0, apostrophe);
    }

    private static String affirmed(String denied) {
        return switch (denied) {
            case "can't" -> "can";
            case "won't" -> "will";
            case "shan't" -> "shall";
            default -> denied.substring(0, denied.length() - 3);
        };
    }

    private Map<String, Set<String>> roles() {
        Map<String, Set<String>> found = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            if (ROLES.contains(words.get(i))) {
                int at = i + 1;
                while (at < words.size() && at <= i + MOST_BETWEEN && EMPTY.contains(words.get(at))) {
                    at++;
                }
                if (at < words.size() && at <= i + MOST_BETWEEN) {
                    found.computeIfAbsent(words.get(i), none -> new HashSet<>()).add(Stems.of(words.get(at)));
                }
            }
        }
        return found;
    }
}
