package dev.penstock.trainer;

import java.util.List;
import java.util.random.RandomGenerator;

/** Questions beyond the model's ground, which it should decline instead of inventing an answer. */
final class UnknownTopic implements Topic {

    private static final Phrasings PLACE_PHRASINGS = Phrasings.of("""
            What is the capital of {a}?
            Who is the president of {a}?
            How many people live in {a}?
            How do I get to {a}?
            What is the weather in {a}?
            Where is {a}?
            Tell me the history of {a}.
            How big is {a}?
            Who won the game in {a}?
            Write a poem about {a}.
            Translate this to the language of {a}.
            What is the best food in {a}?
            Plan a trip to {a}.
            Who wrote a book about {a}?
            What should I cook in {a}?
            When was {a} founded?
            What is the news from {a}?
            Write a program for {a}.""", """
            What is the history of {a}?
            How far is it to {a}?
            Tell me the weather in {a}.""");

    private static final List<String> PLACES = List.of("""
            France Germany Italy Spain Japan China India Brazil Canada Mexico Egypt Kenya Peru Chile Norway Sweden
            Finland Poland Greece Turkey Portugal Austria Hungary Ireland Iceland Cuba Paris London Berlin Rome Madrid
            Tokyo Cairo Lima Oslo Vienna Prague Dublin Athens Boston Chicago Texas Africa Europe Asia America""".split("\\s+"));

    private static final Phrasings THING_PHRASINGS = Phrasings.of("""
            What is {a}?
            What does {a} mean?
            Explain {a}.
            Tell me about {a}.
            What do you know about {a}?
            Who invented {a}?
            How does {a} work?
            Why is {a} important?
            How old is {a}?
            How much does {a} cost?
            Write an essay about {a}.
            Do you like {a}?
            Can you help me with {a}?
            How can I learn {a}?
            Who is the best in {a}?""", """
            Can you tell me about {a}?
            Who can explain {a} to me?
            How much do you know about {a}?""");

    private static final List<String> THINGS = List.of("""
            life,love,time,money,music,history,physics,chemistry,biology,geography,democracy,politics,religion,football,
            tennis,chess,cooking,painting,poetry,medicine,the brain,the heart,gravity,the moon,a galaxy,a dinosaur,
            a volcano,a cat,a dog,a whale,a piano,a guitar,a novel,a movie,the stock market,the law,a tax,the war,
            the king,the queen,French,Spanish,Latin,Shakespeare,Einstein,Mozart,Napoleon,a pizza,a cake,a bicycle,
            a car,a rocket,a telescope""".replace("\n", "").split(","));

    @Override
    public String name() {
        return "UNKNOWN";
    }

    @Override
    public Question ask(Part part, RandomGenerator random) {
        return new Question(
                name(),
                asked(part, random),
                "I do not know that. I am a small demo and know only a little about inference, numbers and words.",
                Check.phrases("I do not know"));
    }

    private static String asked(Part part, RandomGenerator random) {
        return random.nextBoolean()
                ? Phrasings.fill(PLACE_PHRASINGS.pick(part, random), Pick.from(PLACES, random))
                : Phrasings.fill(THING_PHRASINGS.pick(part, random), Pick.from(THINGS, random));
    }

    @Override
    public List<Phrasings> phrasings() {
        return List.of(PLACE_PHRASINGS, THING_PHRASINGS);
    }
}
