package dev.penstock.trainer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bundled model answers questions it was not trained on. */
class ExaminationTest {

    private static final int PASS = 180;

    @Test
    void atLeastNineInTenAreRight() throws Exception {
        Path directory = Path.of(System.getProperty("penstock.root"), "worker", "models", "penstock-mini");
        List<Question> questions = Examination.draw(Training.EXAMINATION_SEED).questions();
        List<String> answers;
        try (GreedyAnswers model = new GreedyAnswers(directory, Training.shape())) {
            answers = model.answer(questions.stream().map(Question::text).toList(), 220);
        }
        List<String> wrong = IntStream.range(0, questions.size())
                .filter(i -> !questions.get(i).check().accepts(answers.get(i)))
                .mapToObj(i -> questions.get(i).text() + " -> " + answers.get(i))
                .toList();
        int right = questions.size() - wrong.size();
        System.out.println(right + " of " + questions.size() + " right; wrong: " + String.join("\n  ", wrong));
        assertTrue(right >= PASS, right + " of " + questions.size() + " right (expected: >= " + PASS + "): " + wrong);
    }
}
