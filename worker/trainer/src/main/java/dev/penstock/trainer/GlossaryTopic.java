package dev.penstock.trainer;

import dev.penstock.trainer.Glossary.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Questions on the terms of inference and gateways. */
@SuppressWarnings("ImmutableEnumChecker") // phrasings are records of immutable lists
enum GlossaryTopic implements Topic {
    DEFINITION(Phrasings.of("""
            What is {a}?
            What is {a}
            What does {a} mean?
            Define {a}.
            Tell me about {a}.
            Can you define {a}?
            What do you know about {a}?
            What do people mean by {a}?
            I do not know what {a} is.
            Could you tell me what {a} is?
            Give me a definition of {a}.
            How would you define {a}?
            What exactly is {a}?
            Do you know what {a} is?
            What is meant by {a}?
            {a}: what is that?
            {a}?
            {a}
            Help me understand {a}.
            Describe {a}.
            I keep reading about {a}. What is it?
            What is the meaning of {a}?
            Tell me what {a} means.
            What are we talking about when we say {a}?
            My colleague talks about {a}. What does that mean?
            A question about {a}: what is it?
            What's {a}?
            Who can tell me what {a} is?""", """
            Could you tell me what is meant by {a}?
            So what exactly is {a}?
            I have read about {a}. What does it mean?
            Can you describe {a}?
            Do you know what {a} means?
            Can you tell me about {a}?
            What would you say {a} is?""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            Term term = Pick.from(GLOSSARY.terms(), random);
            return about(phrasing, term, random, term.sentence() + " " + term.second());
        }
    },
    SHORT_DEFINITION(Phrasings.of("""
            Define {a} in one sentence.
            In short, what is {a}?
            Briefly, what is {a}?
            What is {a} in a few words?
            Give me a short definition of {a}.
            What is {a}? Answer in one sentence.
            What is {a}? Be brief.
            Tell me in one sentence what {a} is.
            In one sentence: what is {a}?
            Define {a} briefly.""", """
            Tell me briefly what {a} is.
            In one sentence, what does {a} mean?
            In a few words, what is {a}?
            What is the short definition of {a}?""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            Term term = Pick.from(GLOSSARY.terms(), random);
            return about(phrasing, term, random, term.sentence());
        }
    },
    EXPLANATION(Phrasings.of("""
            Explain {a}.
            Explain {a} in detail.
            Explain {a} to me.
            Can you explain {a}?
            Tell me everything about {a}.
            Give me a long explanation of {a}.
            I would like a detailed explanation of {a}.
            Please explain {a} to me in detail.
            Explain what {a} is.
            Could you explain {a} to a beginner?
            Tell me all you know about {a}.
            Write a paragraph about {a}.
            I want to learn about {a}.""", """
            Could you explain {a} in detail?
            Explain to me what {a} is.
            Give me a detailed explanation of {a}.
            Can you write a paragraph about {a}?""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            Term term = Pick.from(GLOSSARY.terms(), random);
            return about(phrasing, term, random, term.sentence() + " " + term.second() + " " + term.third());
        }
    },
    DIFFERENCE(Phrasings.of("""
            What is the difference between {a} and {b}?
            How does {a} differ from {b}?
            How is {a} different from {b}?
            Compare {a} and {b}.
            Compare {a} with {b}.
            Explain the difference between {a} and {b}.
            Tell me the difference between {a} and {b}.
            {a} or {b}: what is the difference?
            {a} and {b}: what is the difference?
            What are {a} and {b}?
            What distinguishes {a} from {b}?
            Define {a} and {b}.
            I mix up {a} and {b}. What is the difference?""", """
            How do {a} and {b} differ?
            Can you explain the difference between {a} and {b}?
            Can you compare {a} and {b}?
            Do you know the difference between {a} and {b}?""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            List<Term> pair = new ArrayList<>();
            Pick.combination(part, name(), () -> {
                pair.clear();
                pair.addAll(Pick.distinct(GLOSSARY.terms(), 2, random));
                // The order does not matter: a pair is held out in both.
                return pair.stream().map(Term::subject).sorted().toList();
            });
            Term one = pair.get(0);
            Term other = pair.get(1);
            return new Question(
                    name(),
                    Phrasings.fill(phrasing, written(one, random), written(other, random)),
                    capitalised(one.subject()) + " " + one.definition() + ", while " + other.subject() + " "
                            + other.definition() + ".",
                    Check.phrases(one.key(), other.key()));
        }
    },
    NAME(Phrasings.of("""
            Which term means this: it {a}?
            What do we call it when something {a}?
            What is the word for this: it {a}?
            It {a}. What is it called?
            It {a}. What is the name for it?
            Name the term: it {a}.
            Which word fits: it {a}.
            Guess the term. It {a}.
            What is this called: it {a}?""", """
            What is the term for this: it {a}?
            It {a}. Which term is it?
            Name this: it {a}.""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            Term term = Pick.from(GLOSSARY.terms(), random);
            return new Question(
                    name(),
                    Phrasings.fill(phrasing, term.definition()),
                    "That is " + term.subject() + ".",
                    Check.ending("That is " + term.subject() + "."));
        }
    };

    static final Glossary GLOSSARY = Glossary.load();

    private final Phrasings phrasings;

    GlossaryTopic(Phrasings phrasings) {
        this.phrasings = phrasings;
    }

    abstract Question ask(String phrasing, Part part, RandomGenerator random);

    @Override
    public Question ask(Part part, RandomGenerator random) {
        return ask(phrasings.pick(part, random), part, random);
    }

    @Override
    public List<Phrasings> phrasings() {
        return List.of(phrasings);
    }

    Question about(String phrasing, Term term, RandomGenerator random, String answer) {
        String text = Phrasings.fill(phrasing, written(term, random));
        return new Question(name(), capitalised(text), answer, Check.phrases(term.key()));
    }

    /** Half of the time as a sentence would have it, else by another name. */
    static String written(Term term, RandomGenerator random) {
        return random.nextBoolean() ? term.subject() : Pick.from(term.names(), random);
    }

    static String capitalised(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
