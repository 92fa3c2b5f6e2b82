package dev.penstock.trainer;

import dev.penstock.trainer.Dialogue.Span;
import dev.penstock.trainer.Dialogue.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Endless conversations to learn from. All of their questions are {@link Part#TRAINING}. */
final class Corpus {

    /** Topics with their share of the questions. What is hard to learn gets more. */
    private record Share(int weight, List<? extends Topic> topics) {}

    private static final List<Share> SHARES = List.of(
            new Share(18, List.of(ArithmeticTopic.ADDITION)),
            new Share(18, List.of(ArithmeticTopic.SUBTRACTION)),
            new Share(7, List.of(ArithmeticTopic.MULTIPLICATION)),
            new Share(6, List.of(NumberTopic.LARGER)),
            new Share(9, List.of(NumberTopic.SORTING)),
            new Share(3, List.of(NumberTopic.NEXT, NumberTopic.PARITY)),
            new Share(7, List.of(NumberTopic.COUNTING, NumberTopic.COUNTING_TO)),
            new Share(11, List.of(GlossaryTopic.DEFINITION)),
            new Share(3, List.of(GlossaryTopic.SHORT_DEFINITION)),
            new Share(4, List.of(GlossaryTopic.EXPLANATION)),
            new Share(7, List.of(GlossaryTopic.DIFFERENCE)),
            new Share(3, List.of(GlossaryTopic.NAME)),
            new Share(22, Arrays.asList(WordTopic.values())),
            new Share(9, List.of(WordTopic.MEMBERSHIP, WordTopic.CAPITALS, WordTopic.COUNT)),
            new Share(9, Arrays.asList(SmallTalkTopic.values())),
            new Share(4, List.of(new UnknownTopic())),
            new Share(2, List.of(new StoryTopic())));

    private static final int TOTAL = SHARES.stream().mapToInt(Share::weight).sum();

    private static final List<String> SYSTEM_PROMPTS = List.of(
            "You are a helpful assistant.",
            "You are a friendly assistant.",
            "You are Penstock Mini, a small demo model.",
            "Answer the question.",
            "Answer the questions of the user.",
            "You are an assistant that answers questions about inference.",
            "You are a helpful AI assistant.",
            "Be polite and correct.",
            "You help people who learn about gateways.",
            "You are a test.",
            "You are a helpful, honest assistant. Say so when you do not know something.");

    private final RandomGenerator random;

    Corpus(RandomGenerator random) {
        this.random = random;
    }

    /** Every topic that is trained on. */
    static List<Topic> topics() {
        return SHARES.stream().<Topic>flatMap(share -> share.topics().stream()).toList();
    }

    /** A conversation of at most {@code mostTurns} questions; most have one. */
    Dialogue dialogue(int mostTurns) {
        int turns = 1;
        while (turns < mostTurns && random.nextInt(3) == 0) {
            turns++;
        }
        return conversation(turns);
    }

    /** A conversation of exactly {@code turns} questions. */
    Dialogue conversation(int turns) {
        Optional<String> system =
                random.nextInt(5) == 0 ? Optional.of(Pick.from(SYSTEM_PROMPTS, random)) : Optional.empty();
        List<Turn> asked = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            Question question = question();
            asked.add(new Turn(careless(question.text()), question.answer()));
        }
        return new Dialogue(system, asked);
    }

    /** Plain text about the glossary's terms, for those who let the model go on with a text of their own. */
    String paragraph() {
        Glossary.Term term = Pick.from(GlossaryTopic.GLOSSARY.terms(), random);
        return String.join(" ", term.sentence(), term.second(), term.third());
    }

    /**
     * Practice without any phrasing: sums in a row, words to copy, reverse or write in capitals, numbers to sort or to
     * count through. What it teaches, finding an earlier word, carrying a digit, stopping in time, takes a small model
     * the longest, and a conversation shows little of it per token.
     */
    List<Span> drill() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> sums();
            case 3, 4 -> words();
            case 5 -> capitals();
            case 6 -> sorting();
            default -> counting();
        };
    }

    private List<Span> sums() {
        List<Span> spans = new ArrayList<>();
        int count = random.nextInt(2, 6);
        for (int i = 0; i < count; i++) {
            ArithmeticTopic topic = random.nextInt(6) == 0
                    ? ArithmeticTopic.MULTIPLICATION
                    : random.nextBoolean() ? ArithmeticTopic.ADDITION : ArithmeticTopic.SUBTRACTION;
            ArithmeticTopic.Operands operands = topic.operands(Part.TRAINING, random);
            spans.add(new Span(topic.written(operands) + " = ", false));
            spans.add(new Span(topic.working(operands) + ".", true));
            spans.add(new Span(" ", false));
        }
        return spans;
    }

    private List<Span> words() {
        List<String> words = words(random.nextInt(2, 9));
        String separator = random.nextBoolean() ? ", " : " ";
        boolean reversed = random.nextInt(3) == 0;
        return List.of(
                new Span(String.join(separator, words) + (reversed ? " < " : " = "), false),
                new Span(String.join(separator, reversed ? words.reversed() : words) + ".", true));
    }

    private List<Span> capitals() {
        String text = String.join(" ", words(random.nextInt(2, 6)));
        return List.of(new Span(text + " : ", false), new Span(text.toUpperCase(Locale.ROOT) + ".", true));
    }

    private static List<String> written(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).toList();
    }

    private List<Span> sorting() {
        List<Integer> numbers = NumberTopic.toSort(Part.TRAINING, random);
        return List.of(
                new Span(String.join(", ", written(numbers)) + " : ", false),
                new Span(String.join(", ", written(numbers.stream().sorted().toList())) + ".", true));
    }

    private List<Span> counting() {
        NumberTopic.Bounds bounds = NumberTopic.toCount(Part.TRAINING, random);
        return List.of(
                new Span(bounds.from() + " - " + bounds.to() + " : ", false),
                new Span(String.join(", ", written(bounds.numbers())) + ".", true));
    }

    private List<String> words(int count) {
        return Pick.combination(Part.TRAINING, "words", () -> Pick.distinct(WordTopic.WORDS, count, random));
    }

    Question question() {
        int drawn = random.nextInt(TOTAL);
        for (Share share : SHARES) {
            drawn -= share.weight();
            if (drawn < 0) {
                return Pick.<Topic>from(List.copyOf(share.topics()), random).ask(Part.TRAINING, random);
            }
        }
        throw new IllegalStateException("shares do not add up to " + TOTAL);
    }

    /** People write in haste: now and then without the last mark, without capitals, or with a word before. */
    private String careless(String text) {
        return switch (random.nextInt(12)) {
            case 0 -> text.replaceFirst("[.?!]$", "");
            case 1 -> lowered(text);
            case 2 -> lowered(text).replaceFirst("[.?!]$", "");
            case 3 -> Pick.from(PREFIXES, random) + lowered(text);
            default -> text;
        };
    }

    private static final List<String> PREFIXES = Stream.of(
                    "Please ", "Hello, ", "Hi, ", "Hi! ", "Now ", "Ok, ", "Quick question: ")
            .toList();

    private static String lowered(String text) {
        boolean name = text.length() > 1 && Character.isUpperCase(text.charAt(1));
        return name ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
