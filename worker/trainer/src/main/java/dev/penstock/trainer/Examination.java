package dev.penstock.trainer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Two hundred questions in phrasings, and on combinations of facts, that training never sees.
 *
 * @param questions all different
 */
public record Examination(List<Question> questions) {

    /** Number of questions. */
    public static final int SIZE = 200;

    private record Share(int count, List<? extends Topic> topics) {}

    private static final List<Share> SHARES = List.of(
            new Share(22, List.of(ArithmeticTopic.ADDITION)),
            new Share(20, List.of(ArithmeticTopic.SUBTRACTION)),
            new Share(6, List.of(ArithmeticTopic.MULTIPLICATION)),
            new Share(20, Arrays.asList(NumberTopic.values())),
            new Share(30, List.of(GlossaryTopic.DEFINITION)),
            new Share(8, List.of(GlossaryTopic.SHORT_DEFINITION)),
            new Share(8, List.of(GlossaryTopic.EXPLANATION)),
            new Share(14, List.of(GlossaryTopic.DIFFERENCE)),
            new Share(4, List.of(GlossaryTopic.NAME)),
            new Share(46, Arrays.asList(WordTopic.values())),
            new Share(14, Arrays.asList(SmallTalkTopic.values())),
            new Share(4, List.of(new UnknownTopic())),
            new Share(4, List.of(new StoryTopic())));

    public Examination {
        questions = List.copyOf(questions);
    }

    /**
     * Draws the questions.
     *
     * @param seed equal seeds draw equal questions
     */
    public static Examination draw(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        List<Question> questions = new ArrayList<>();
        Set<String> texts = new LinkedHashSet<>();
        for (Share share : SHARES) {
            for (int i = 0; i < share.count; i++) {
                questions.add(different(share.topics.get(i % share.topics.size()), texts, random));
            }
        }
        return new Examination(questions);
    }

    private static Question different(Topic topic, Set<String> texts, RandomGenerator random) {
        Question question;
        do {
            question = topic.ask(Part.EXAMINATION, random);
        } while (!texts.add(question.text()));
        return question;
    }
}
