package dev.penstock.trainer;

import java.util.List;
import java.util.random.RandomGenerator;

/** Short stories from a template grammar: long answers, with which streams can be watched. */
final class StoryTopic implements Topic {

    private static final Phrasings PHRASINGS = Phrasings.of("""
            Tell me a story about a {a} and a {b}.
            Tell a story about a {a} and a {b}.
            Write a story about a {a} and a {b}.
            Tell me a short story about a {a} and a {b}.
            Write a short story with a {a} and a {b}.
            Can you tell me a story about a {a} and a {b}?
            I want to hear a story about a {a} and a {b}.
            Make up a story about a {a} and a {b}.
            A story about a {a} and a {b}, please.
            Give me a story about a {a} and a {b}.""", """
            Can you write a story about a {a} and a {b}?
            Please tell me a story with a {a} and a {b}.
            Make up a short story about a {a} and a {b}.""");

    private static final Phrasings SINGLE = Phrasings.of("""
            Tell me a story about a {a}.
            Write a story about a {a}.
            Tell a story about a {a}.
            Can you tell me a story about a {a}?
            Write a short story about a {a}.
            A story about a {a}, please.""", """
            Could you tell me a story about a {a}?
            I would like a story with a {a}.""");

    private static final List<String> HEROES = List.of("""
            fox wolf bear mouse duck goose tiger lion zebra camel frog spider bee horse bird snake fish river cloud tree
            worker router pump turbine train boat""".split("\\s+"));
    private static final List<String> PLACES = List.of(
            "by a green river",
            "in a quiet forest",
            "on a small island",
            "near a high mountain",
            "in a warm valley",
            "beside an old bridge");
    private static final List<String> WISHES = List.of(
            "to see the ocean", "to find a friend", "to carry water home", "to hear some music", "to learn to count");
    private static final List<String> TROUBLES = List.of(
            "Then a storm came and the road was gone.",
            "Then the night fell and it was hard to see.",
            "Then the snow came and all was white.",
            "Then the bridge broke and nobody could cross.");
    private static final List<String> ENDINGS = List.of(
            "In the morning the sun came out and they laughed.",
            "From that day on they did everything together.",
            "They shared some bread and honey and were happy.",
            "They went home slowly and slept very well.");

    @Override
    public String name() {
        return "STORY";
    }

    private record Pair(String hero, String friend) {}

    @Override
    public Question ask(Part part, RandomGenerator random) {
        Pair pair = Pick.combination(part, name(), () -> {
            List<String> two = Pick.distinct(HEROES, 2, random);
            return new Pair(two.get(0), two.get(1));
        });
        boolean single = random.nextInt(3) == 0;
        String text = single
                ? Phrasings.fill(SINGLE.pick(part, random), pair.hero)
                : Phrasings.fill(PHRASINGS.pick(part, random), pair.hero, pair.friend);
        Check both = single ? Check.phrases(pair.hero) : Check.phrases("a " + pair.hero, "a " + pair.friend);
        return new Question(name(), text, story(pair, random), both.and(Check.ending("The end.")));
    }

    private static String story(Pair pair, RandomGenerator random) {
        return "Once upon a time a %s lived %s. The %s was kind and wanted %s. One day it met a %s, who wanted the same. "
                        .formatted(
                                pair.hero, Pick.from(PLACES, random), pair.hero, Pick.from(WISHES, random), pair.friend)
                + "So the %s and the %s set out together. %s The %s was afraid, but the %s said: do not stop now. %s The end."
                        .formatted(
                                pair.hero,
                                pair.friend,
                                Pick.from(TROUBLES, random),
                                pair.hero,
                                pair.friend,
                                Pick.from(ENDINGS, random));
    }

    @Override
    public List<Phrasings> phrasings() {
        return List.of(PHRASINGS, SINGLE);
    }
}
