package dev.penstock.trainer;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Simple tasks on short lists of words. */
@SuppressWarnings("ImmutableEnumChecker") // phrasings are records of immutable lists
enum WordTopic implements Topic {
    FIRST(Phrasings.of("""
            What is the first word of this list: {a}?
            What is the first word in {a}?
            Which word comes first: {a}?
            Tell me the first word of {a}.
            First word of: {a}
            What is the first item of {a}?
            Give me the first item in this list: {a}
            Name the first word: {a}
            Which word is the first in {a}?
            Can you tell me the first word of {a}?""", """
            Which item is the first in this list: {a}?
            Can you give me the first word of {a}?
            What word comes first in {a}?
            Tell me the first item of this list: {a}""")) {
        @Override
        Question ask(String phrasing, List<String> words, RandomGenerator random) {
            return ending(phrasing, words, "The first word is ", words.getFirst());
        }
    },
    LAST(Phrasings.of("""
            What is the last word of this list: {a}?
            What is the last word in {a}?
            Which word comes last: {a}?
            Tell me the last word of {a}.
            Last word of: {a}
            What is the last item of {a}?
            Give me the last item in this list: {a}
            Name the last word: {a}
            Which word is the last in {a}?
            Can you tell me the last word of {a}?""", """
            Which item is the last in this list: {a}?
            Can you give me the last word of {a}?
            What word comes last in {a}?
            Tell me the last item of this list: {a}""")) {
        @Override
        Question ask(String phrasing, List<String> words, RandomGenerator random) {
            return ending(phrasing, words, "The last word is ", words.getLast());
        }
    },
    COUNT(Phrasings.of("""
            How many words are in this list: {a}?
            How many words are there in {a}?
            How many words: {a}
            Count the words: {a}
            Count the words in {a}.
            How many items are in {a}?
            Tell me how many words there are: {a}
            What is the number of words in {a}?
            Can you count the words in {a}?
            Count the items of this list: {a}
            How many words do you count in {a}?
            How many items do you find in {a}?
            How many items are there in {a}?
            How many words can you see here: {a}?
            Tell me the number of items: {a}""", """
            How many items are there in this list: {a}?
            Can you count the items: {a}?
            Tell me the number of words in {a}.
            How many words do you see in {a}?""")) {
        @Override
        Question ask(String phrasing, List<String> words, RandomGenerator random) {
            return new Question(
                    name(),
                    Phrasings.fill(phrasing, join(words, random)),
                    "There are " + words.size() + " words.",
                    Check.number(words.size()));
        }
    },
    REVERSAL(Phrasings.of("""
            Reverse this list: {a}
            Reverse the list {a}.
            Reverse: {a}
            Reverse the order of {a}.
            Turn this list around: {a}
            Write this list backwards: {a}
            Can you reverse {a}?
            Give me this list in reverse order: {a}
            Put these words in reverse order: {a}
            Say these words in reverse order: {a}""", """
            Can you reverse this list: {a}?
            Write these words in reverse order: {a}
            Give me the list backwards: {a}
            Reverse the order of these words: {a}""")) {
        @Override
        Question ask(String phrasing, List<String> words, RandomGenerator random) {
            List<String> few = words.subList(0, Math.min(4, words.size()));
            return ending(phrasing, few, "Reversed: ", String.join(", ", few.reversed()));
        }
    },
    REPETITION(Phrasings.of("""
            Repeat after me: {a}
            Repeat: {a}
            Repeat these words: {a}
            Say: {a}
            Say this: {a}
            Please repeat: {a}
            Repeat what I say: {a}
            Write exactly this: {a}
            Echo: {a}
            Can you repeat this: {a}
            Say after me: {a}""", """
            Could you repeat this: {a}
            Can you repeat after me: {a}
            Repeat exactly this: {a}
            Write these words: {a}""")) {
        @Override
        Question ask(String phrasing, List<String> words, RandomGenerator random) {
            String text = join(words, random);
            return new Question(name(), Phrasings.fill(phrasing, text), text, Check.exactly(text));
        }
    },
    CAPITALS(Phrasings.of("""
            Write {a} in capital letters.
            Write this in capital letters: {a}
            Write in upper case: {a}
            Convert {a} to upper case.
            Put {a} into capital letters.
            Upper case: {a}
            Make {a} upper case.
            Change {a} to capital letters.
            Can you write {a} in capitals?
            Say {a} in capital letters.
            Turn this into upper case: {a}
            Convert this to capital letters: {a}
            Turn {a} into upper case.""", """
            Can you convert {a} to capital letters?
            Please write {a} in upper case.
            Turn {a} into capital letters.
            Convert this to upper case: {a}""")) {
        @Override
        Question ask(String phrasing, List<String> words, RandomGenerator random) {
            String text = String.join(" ", words.subList(0, random.nextInt(1, 3)));
            String capitals = text.toUpperCase(Locale.ROOT);
            return new Question(
                    name(),
                    Phrasings.fill(phrasing, text),
                    "In capital letters: " + capitals + ".",
                    Check.ending("letters: " + capitals + "."));
        }
    },
    SPELLING(Phrasings.of("""
            Spell {a}.
            Spell the word {a}.
            How do you spell {a}?
            How is {a} spelled?
            Can you spell {a}?
            Spell {a} for me.
            Please spell the word {a}.
            What are the letters of {a}?
            How do I spell the word {a}?
            Tell me how {a} is spelled.
            Which letters does {a} have?""", """
            Can you spell the word {a} for me?
            Tell me how to spell {a}.
            How is the word {a} spelled?
            How would you spell the word {a}?""")) {
        @Override
        Question ask(String phrasing, List<String> words, RandomGenerator random) {
            String spelled = String.join("-", words.getFirst().split(""));
            return ending(phrasing, words.subList(0, 1), "It is spelled ", spelled);
        }
    },
    MEMBERSHIP(Phrasings.of("""
            Is {b} in this list: {a}?
            Is the word {b} in {a}?
            Does this list contain {b}: {a}?
            Does {a} contain {b}?
            Can you find {b} in {a}?
            Is {b} one of these words: {a}?
            Look for {b} in this list: {a}
            Do you see {b} in {a}?
            Can you see {b} in {a}?
            Does this list have {b} in it: {a}?
            Is {b} among these: {a}?
            Is the word {b} in this list: {a}?
            Do the words {a} contain {b}?""", """
            Is the word {b} one of these: {a}?
            Does the list {a} contain {b}?
            Can you see {b} in this list: {a}?""")) {
        @Override
        Question ask(String phrasing, List<String> words, RandomGenerator random) {
            // Half of the time a word of the list, else the seventh, which is then not in it.
            List<String> list = words.subList(0, Math.min(5, words.size() - 1));
            boolean contained = random.nextBoolean();
            String word = contained ? Pick.from(list, random) : words.getLast();
            // The word comes first, then the verdict: looking it up begins from the word.
            String answer = "The word " + word + (contained ? " is in the list." : " is not in the list.");
            return new Question(
                    name(), Phrasings.fill(phrasing, join(list, random), word), answer, Check.exactly(answer));
        }
    };

    /** Common short words, each a single token once the tokenizer has seen them often. */
    static final List<String> WORDS = List.of("""
            apple river stone green house water light table bird cloud tree road horse bread paper window garden music
            winter summer spring night morning silver gold copper iron glass bridge boat train wheel clock door key lamp
            chair book letter story pencil coffee sugar salt honey butter cheese lemon orange cherry banana pepper onion
            carrot potato rice corn fish wolf fox bear mouse eagle duck goose tiger lion zebra camel snake frog spider
            ant bee leaf root flower grass forest mountain valley island ocean beach sand snow rain storm wind thunder
            moon sun star planet sky fire smoke ash coal rope knife spoon fork plate cup bottle basket hat coat shoe
            glove shirt button thread needle hammer nail saw drill pump pipe tank valve turbine engine motor red blue
            yellow white black brown pink""".split("\\s+"));

    private final Phrasings phrasings;

    WordTopic(Phrasings phrasings) {
        this.phrasings = phrasings;
    }

    abstract Question ask(String phrasing, List<String> words, RandomGenerator random);

    @Override
    public Question ask(Part part, RandomGenerator random) {
        List<String> words = Pick.combination(part, "words", () -> Pick.distinct(WORDS, random.nextInt(2, 8), random));
        return ask(phrasings.pick(part, random), words, random);
    }

    @Override
    public List<Phrasings> phrasings() {
        return List.of(phrasings);
    }

    Question ending(String phrasing, List<String> words, String lead, String result) {
        return new Question(
                name(),
                Phrasings.fill(phrasing, String.join(", ", words)),
                lead + result + ".",
                Check.ending(lead.substring(lead.stripTrailing().lastIndexOf(' ') + 1) + result + "."));
    }

    private static String join(List<String> words, RandomGenerator random) {
        return String.join(random.nextBoolean() ? ", " : " ", words);
    }
}
