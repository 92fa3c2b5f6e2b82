package dev.penstock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorpusTest {

    private static final long SEED = 3;
    private static final int DIALOGUES = 20_000;

    @Test
    void heldOutPhrasingsAreNeverTrained() {
        List<Pattern> heldOut = Corpus.topics().stream()
                .flatMap(topic -> topic.phrasings().stream())
                .flatMap(phrasings -> phrasings.heldOut().stream())
                .map(CorpusTest::pattern)
                .toList();
        Set<String> seen = new HashSet<>();
        Corpus corpus = new Corpus(new SplittableRandom(SEED));
        for (int i = 0; i < DIALOGUES; i++) {
            corpus.dialogue(2).turns().forEach(turn -> seen.add(plain(turn.question())));
        }
        List<String> leaked = seen.stream()
                .filter(text -> heldOut.stream().anyMatch(p -> p.matcher(text).matches()))
                .toList();
        assertEquals(List.of(), leaked, "seed " + SEED);
    }

    @Test
    void everyExaminationQuestionIsInAHeldOutPhrasing() {
        List<Pattern> heldOut = Corpus.topics().stream()
                .flatMap(topic -> topic.phrasings().stream())
                .flatMap(phrasings -> phrasings.heldOut().stream())
                .map(CorpusTest::pattern)
                .toList();
        for (Question question : Examination.draw(SEED).questions()) {
            assertTrue(
                    heldOut.stream()
                            .anyMatch(p -> p.matcher(plain(question.text())).matches()),
                    question.text());
        }
    }

    @Test
    void combinationsBelongToOnePartEach() {
        Set<String> trained = products(Part.TRAINING);
        Set<String> examined = products(Part.EXAMINATION);
        assertEquals(144, trained.size() + examined.size());
        assertTrue(examined.size() >= 8, examined.size() + " examined");
        assertFalse(trained.stream().anyMatch(examined::contains));
    }

    @Test
    void shownAnswersAreRight() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (Topic topic : Corpus.topics()) {
            for (Part part : Part.values()) {
                for (int i = 0; i < 50; i++) {
                    Question question = topic.ask(part, random);
                    assertTrue(question.check().accepts(question.answer()), question.toString());
                }
            }
        }
    }

    @Test
    void theExaminationIsTwoHundredDifferentQuestionsOnEveryTopic() {
        List<Question> questions = Examination.draw(SEED).questions();
        assertEquals(
                Examination.SIZE,
                questions.stream().map(Question::text).distinct().count());
        assertEquals(
                Corpus.topics().stream().map(Topic::name).collect(Collectors.toSet()),
                questions.stream().map(Question::topic).collect(Collectors.toSet()));
        assertEquals(
                questions.stream().map(Question::text).toList(),
                Examination.draw(SEED).questions().stream().map(Question::text).toList());
    }

    @Test
    void conversationsFollowTheChatTemplate() {
        Dialogue dialogue = new Dialogue(
                Optional.of("Be brief."),
                List.of(new Dialogue.Turn("Hi", "Hello!"), new Dialogue.Turn("Bye", "Goodbye!")));
        StringBuilder text = new StringBuilder();
        List<String> learned = new ArrayList<>();
        for (Dialogue.Span span : dialogue.spans()) {
            text.append(span.text());
            if (span.learned()) {
                learned.add(span.text());
            }
        }
        assertEquals("""
                <|im_start|>system
                Be brief.<|im_end|>
                <|im_start|>user
                Hi<|im_end|>
                <|im_start|>assistant
                Hello!<|im_end|>
                <|im_start|>user
                Bye<|im_end|>
                <|im_start|>assistant
                Goodbye!<|im_end|>""", text.toString());
        assertEquals(List.of("Hello!<|im_end|>", "Goodbye!<|im_end|>"), learned);
    }

    private static Set<String> products(Part part) {
        SplittableRandom random = new SplittableRandom(SEED);
        Pattern numbers = Pattern.compile("\\D+");
        return IntStream.range(0, 20_000)
                .mapToObj(i -> ArithmeticTopic.MULTIPLICATION.ask(part, random).text())
                .map(text -> numbers.matcher(text).replaceAll(" ").strip())
                .collect(Collectors.toSet());
    }

    private static Pattern pattern(String phrasing) {
        // The parts between the slots are plain words, spaces and + * -, of which only + and * mean something.
        String escaped = plain(phrasing).replaceAll("[+*]", "\\\\$0");
        return Pattern.compile(escaped.replace("{a}", ".+").replace("{b}", ".+"));
    }

    /** Letters, digits and signs of arithmetic, in lower case: how marks are set does not make another phrasing. */
    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9+*{} -]", "")
                .replaceAll(" +", " ")
                .strip();
    }
}
