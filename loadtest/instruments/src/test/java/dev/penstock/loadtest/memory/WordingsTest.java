package dev.penstock.loadtest.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.generator.RequestShape.Text;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class WordingsTest {
    private static final long SEED = 7;

    @Test
    void eachQuestionIsAskedOnceAndReworded() {
        List<Text> questions = Wordings.questions(SEED, 500);
        Set<String> known = questions.stream().map(Text::text).collect(Collectors.toSet());
        assertEquals(500, known.size(), "seed " + SEED);
        List<Text> reworded = Wordings.reworded(SEED, 500);
        Set<String> about =
                reworded.stream().map(text -> text.alike().orElseThrow()).collect(Collectors.toSet());
        assertEquals(known, about, "seed " + SEED);
        assertEquals(
                reworded.size(), reworded.stream().map(Text::text).distinct().count());
        reworded.forEach(text -> assertTrue(!known.contains(text.text()), text::text));
    }

    @Test
    void questionsOfAnotherSeedAreOthers() {
        Set<String> all = new HashSet<>();
        for (long seed = SEED; seed < SEED + 3; seed++) {
            Wordings.questions(seed, 1_000).forEach(text -> all.add(text.text()));
        }
        assertEquals(3_000, all.size(), "seed " + SEED);
    }

    @Test
    void theSameSeedIsTheSameQuestions() {
        assertEquals(Wordings.reworded(SEED, 20), Wordings.reworded(SEED, 20));
        assertTrue(!Wordings.questions(SEED, 20).equals(Wordings.questions(SEED + 1, 20)), "another seed");
    }

    @Test
    void aQuestionIsOfSomeThirtyTokens() {
        for (Text question : Wordings.questions(SEED, 500)) {
            assertEquals(22, question.text().split("[ ?]+", -1).length, 12, question::text);
        }
    }
}
