package dev.penstock.cache.wording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Convert 1,000.0 euros | 1000",
                "two cards | 2",
                "at 5pm or 17:30 | 5 17:30",
                "on 2026-11-28 | 2026-11-28",
                "version 1.25.3 | 1.25.3",
                "5.50 is 5.5 | 5.5",
                "a hundred of them | 100",
                "World War II, chapter XIV | 2 14",
                "I am VI | 6",
                "in 007 and 2026 | 7 2026",
                "which one is it | ''",
            })
    void numbersHaveOneSpelling(String text, String expected) {
        Set<String> numbers = expected.isEmpty() ? Set.of() : Set.of(expected.split(" "));
        assertEquals(numbers, Wording.of(text).numbers());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How far is Paris from Lyon? | paris lyon",
                "Paris is where? | ''",
                "Is it true? Paris is far. | ''",
                "my PIN is blocked | pin",
                "PIN blocked | pin",
                "WHY IS IT BLOCKED | ''",
                "I am in Rome | rome",
            })
    void namesAreCapitalizedWithinASentence(String text, String expected) {
        Set<String> names = expected.isEmpty() ? Set.of() : Set.of(expected.split(" "));
        assertEquals(names, Wording.of(text).names());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "what does foo_bar do? | foo_bar",
                "call List.of() here | List.of()",
                "use --verbose please | --verbose",
                "open /etc/hosts now | /etc/hosts",
                "what is fooBar | fooBar",
                "say `x y` twice | x y",
                "what does 'x y' mean | x y",
                "was heißt „x y“ hier | x y",
            })
    void codeIsAsWritten(String text, String expected) {
        assertTrue(
                Wording.of(text).code().contains(expected),
                () -> Wording.of(text).code() + " of " + text);
    }

    @Test
    void plainSentencesHaveNoCode() {
        for (String text : new String[] {
            "What is the capital of France?",
            "Why? It is late. Really.",
            "I can't, don't, and it's the users' wish.",
            "the card was lost, and/or stolen? No. Yes."
        }) {
            Set<String> code = Wording.of(text).code();
            assertTrue(code.isEmpty() || code.equals(Set.of("and/or")), code + " of " + text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "it does not work, true",
        "it doesn't work, true",
        "it doesn’t work, true",
        "why cant I pay, true",
        "it works, false",
        "I don't know why it works, false",
        "I cannot find it, false",
        "I don't know and it does not work, true",
        "it works not, true",
        "is there a way without a card, true"
    })
    void negationsAreFound(String text, boolean negated) {
        assertEquals(negated, Wording.of(text).negated(), text);
    }

    @ParameterizedTest
    @CsvSource({
        "What is the time in the city, en",
        "wie ist das Wetter und wie warm ist es, de",
        "comment est le temps et pourquoi, fr",
        "как дела, cyrillic",
        "こんにちは, hiragana",
        "card, ''"
    })
    void languagesAreTold(String text, String language) {
        assertEquals(language, Wording.of(text).language());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I can't, won't, it isn't | i can will it is",
                "the user’s 2 c++ files | the user 2 c++ files",
                "3.5 km for €7,50 at 10:30. | 3.5 km for € 7,50 at 10:30",
                "naïve cafe\u0301s, 𝒳 | naïve cafe\u0301s 𝒳",
                "'' | ''"
            })
    void wordsAreLettersDigitsAndCurrencies(String text, String expected) {
        assertEquals(expected, String.join(" ", Wording.of(text).words()));
    }

    private static double weight(Wording wording, String word) {
        return wording.content().getOrDefault(Stems.of(word), 0.0);
    }

    @Test
    void rareWordsWeighMore() {
        Wording wording = Wording.of("the thyroid regulation of qzxv");
        assertTrue(weight(wording, "qzxv") > weight(wording, "thyroid"));
        assertTrue(weight(wording, "thyroid") > weight(wording, "regulation"));
        assertFalse(wording.content().containsKey("the"));
    }

    @Test
    void aLongTextIsReadInPart() {
        Wording wording = Wording.of("word ".repeat(1_000_000));
        assertTrue(wording.words().size() <= 8_192 / 5 + 1);
    }
}
