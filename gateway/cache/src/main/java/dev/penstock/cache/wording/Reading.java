package dev.penstock.cache.wording;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One reading of a text, from left to right. */
final class Reading {
    private static final int MOST_CHARACTERS = 8_192;

    /** Words that tell nothing of what is asked. */
    private static final Set<String> EMPTY = Set.of(
            "a", "an", "the", "is", "are", "was", "were", "be", "been", "am", "i", "my", "me", "you", "your", "it",
            "its", "to", "of", "in", "on", "for", "and", "or", "do", "does", "did", "have", "has", "had", "this",
            "that", "there", "with", "at", "by", "from", "so", "just", "please", "hi", "hello", "thanks", "if", "but",
            "as", "some", "any", "can", "could", "would", "will", "should", "get", "got", "about", "what", "how", "why",
            "when", "where", "which", "who", "need", "want", "like", "help", "tell", "know", "us", "we", "our", "not",
            "no", "also");

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

    private static final Map<String, String> NUMBER_WORDS = Map.ofEntries(
            Map.entry("zero", "0"),
            Map.entry("two", "2"),
            Map.entry("three", "3"),
            Map.entry("four", "4"),
            Map.entry("five", "5"),
            Map.entry("six", "6"),
            Map.entry("seven", "7"),
            Map.entry("eight", "8"),
            Map.entry("nine", "9"),
            Map.entry("ten", "10"),
            Map.entry("eleven", "11"),
            Map.entry("twelve", "12"),
            Map.entry("twenty", "20"),
            Map.entry("thirty", "30"),
            Map.entry("forty", "40"),
            Map.entry("fifty", "50"),
            Map.entry("sixty", "60"),
            Map.entry("seventy", "70"),
            Map.entry("eighty", "80"),
            Map.entry("ninety", "90"),
            Map.entry("hundred", "100"),
            Map.entry("thousand", "1000"),
            Map.entry("million", "1000000"),
            Map.entry("billion", "1000000000"),
            Map.entry("dozen", "12"),
            Map.entry("half", "0.5"));

    private static final Pattern QUOTED = Pattern.compile("`([^`]{1,200})`|\"([^\"]{1,200})\"|“([^”]{1,200})”");
    /** What a program would read: with an underscore, a slash, two colons, a call, a flag, or a hump. */
    private static final Pattern CODE = Pattern.compile(
            "(?:[\\w$]+(?:_|::|->|/|\\\\|@)[\\w$./:-]*\\w)|(?:[\\w.]+\\(\\)?)|(?:(?<!\\S)--?[a-zA-Z][\\w-]*)|(?:\\b[a-z]+[A-Z]\\w*)"
                    + "|(?:\\b\\w+\\.(?:[a-z]\\w{0,4})\\b(?!\\.?\\s*$))|(?:/[\\w.-]+(?:/[\\w.-]+)+)");

    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{M}]+(?:['’][\\p{L}]+)?|[$€£¥₹]|c\\+\\+|c#|\\d[\\d,.:/-]*\\d|\\d");
    private static final Pattern THOUSANDS = Pattern.compile("\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?");

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final Map<String, Double> content = new LinkedHashMap<>();
    private final Set<String> numbers = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> code = new HashSet<>();
    private final Set<String> asks = new HashSet<>();
    private boolean negated;

    Reading(String text) {
        this.text = text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text;
    }

    Wording wording() {
        boolean shouted = text.chars().noneMatch(Character::isLowerCase);
        Matcher quoted = QUOTED.matcher(text);
        while (quoted.find()) {
            code.add(quoted.group().substring(1, quoted.group().length() - 1).strip());
        }
        Matcher program = CODE.matcher(text);
        while (program.find()) {
            code.add(program.group());
        }
        Matcher word = WORD.matcher(text.replace('’', '\''));
        int end = 0;
        while (word.find()) {
            boolean first =
                    words.isEmpty() || text.substring(end, word.start()).chars().anyMatch(c -> ".!?\n".indexOf(c) >= 0);
            end = word.end();
            read(word.group(), first, shouted);
        }
        return new Wording(
                words,
                content,
                numbers,
                names,
                code,
                Wording.contrasts(words),
                asks,
                negated,
                Languages.of(text, words));
    }

    private void read(String written, boolean first, boolean shouted) {
        if (Character.isDigit(written.charAt(0))) {
            String number = number(written);
            numbers.add(number);
            words.add(number);
            return;
        }
        String whole = Wording.lower(written);
        if (whole.endsWith("n't")) {
            negated = true;
        }
        String word = whole.replaceFirst("(?:n't|'\\w+)$", "");
        words.add(word);
        negated |= NEGATIONS.contains(word) || NEGATIONS.contains(whole.replace("'", ""));
        if (NUMBER_WORDS.containsKey(word)) {
            numbers.add(NUMBER_WORDS.get(word));
            return;
        }
        if (ASKS.contains(word)) {
            asks.add(word);
        }
        if (EMPTY.contains(word)) {
            return;
        }
        content.merge(Stems.of(word), Vocabulary.weight(word), Math::max);
        boolean acronym = written.length() > 1 && written.chars().allMatch(Character::isUpperCase);
        if (!shouted && Character.isUpperCase(written.charAt(0)) && (!first || acronym)) {
            names.add(word);
        }
    }

    private static String number(String written) {
        String plain = THOUSANDS.matcher(written).matches() ? written.replace(",", "") : written;
        try {
            return new BigDecimal(plain).stripTrailingZeros().toPlainString();
        } catch (NumberFormatException date) { // or a time, a version, a range: as it is written
            return plain;
        }
    }
}
