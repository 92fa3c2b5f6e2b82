package dev.penstock.trainer;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Comparing, ordering and counting numbers. */
@SuppressWarnings("ImmutableEnumChecker") // phrasings are records of immutable lists
enum NumberTopic implements Topic {
    LARGER(Phrasings.of("""
            Which is larger, {a} or {b}?
            Which number is larger, {a} or {b}?
            Which is bigger, {a} or {b}?
            Which number is bigger: {a} or {b}?
            Is {a} larger or {b}?
            What is the larger number, {a} or {b}?
            Compare {a} and {b}. Which is larger?
            Tell me the larger number: {a}, {b}
            What is the maximum of {a} and {b}?
            Which one is greater, {a} or {b}?
            {a} or {b}, which is larger?
            {a} or {b}: which is bigger?
            Which of {a} and {b} is larger?
            Which of the numbers {a} and {b} is bigger?""", """
            Tell me which number is larger, {a} or {b}.
            Of {a} and {b}, which is larger?
            Which one is bigger, {a} or {b}?
            {a} or {b}, which number is bigger?""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            List<Integer> pair = Pick.combination(part, name(), () -> distinct(2, random));
            int larger = Math.max(pair.get(0), pair.get(1));
            int smaller = Math.min(pair.get(0), pair.get(1));
            return new Question(
                    name(),
                    Phrasings.fill(phrasing, pair.get(0), pair.get(1)),
                    larger + " is larger than " + smaller + ".",
                    Check.numbers(List.of(larger, smaller)));
        }
    },
    SORTING(Phrasings.of("""
            Sort these numbers: {a}
            Sort the numbers {a}.
            Sort {a}
            Put these numbers in order: {a}
            Put {a} in order.
            Order these numbers: {a}
            Can you sort {a}?
            Arrange these numbers from small to large: {a}
            Sort from smallest to largest: {a}
            Sort the following numbers: {a}
            Arrange {a}
            Arrange {a} by size.
            Arrange {a} in ascending order.
            Arrange the numbers {a} from smallest to largest.
            Sort {a} from smallest to largest.
            Please sort {a}
            Can you order {a}?
            Order {a} from small to large.
            Can you put {a} in ascending order?""", """
            Can you sort these numbers: {a}?
            Put the following numbers in order: {a}
            Can you order these numbers: {a}
            Bring the numbers {a} into order.""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            List<Integer> numbers = toSort(part, random);
            List<Integer> sorted = numbers.stream().sorted().toList();
            return new Question(
                    name(),
                    Phrasings.fill(phrasing, join(numbers)),
                    "In order: " + join(sorted) + ".",
                    Check.numbers(sorted));
        }
    },
    NEXT(Phrasings.of("""
            Which number comes after {a}?
            What number comes after {a}?
            What comes after {a}?
            What is the next number after {a}?
            What follows {a}?
            Tell me the number after {a}.
            Which number is next after {a}?""", """
            Tell me which number comes after {a}.
            Which is the next number after {a}?
            What number follows {a}?""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            int number = random.nextInt(0, 99);
            return new Question(
                    name(),
                    Phrasings.fill(phrasing, number),
                    "After " + number + " comes " + (number + 1) + ".",
                    Check.numbers(List.of(number, number + 1)));
        }
    },
    PARITY(Phrasings.of("""
            Is {a} even or odd?
            Is {a} odd or even?
            Is the number {a} even or odd?
            Tell me if {a} is even or odd.
            {a}: even or odd?
            Even or odd: {a}
            Tell me whether {a} is even or odd.
            Can you tell me if {a} is odd?""", """
            Tell me whether {a} is odd or even.
            Is the number {a} odd or even?
            Can you tell me if {a} is even or odd?""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            int number = random.nextInt(0, 100);
            String parity = number % 2 == 0 ? "an even" : "an odd";
            return new Question(
                    name(),
                    Phrasings.fill(phrasing, number),
                    number + " is " + parity + " number.",
                    Check.phrases(number + " is " + parity + " number"));
        }
    },
    COUNTING(Phrasings.of("""
            Count from {a} to {b}.
            Count from {a} up to {b}.
            Please count from {a} to {b}.
            Can you count from {a} to {b}?
            Write the numbers from {a} to {b}.
            List the numbers from {a} to {b}.
            List all numbers from {a} to {b}.
            Show me the numbers from {a} to {b}.
            Start at {a} and count to {b}.
            Count up from {a} to {b}.
            Can you count up from {a} to {b}?
            Could you count from {a} to {b}?
            Can you write the numbers from {a} to {b}?
            Write down the numbers from {a} to {b}.
            Count for me from {a} to {b}.
            I want you to count from {a} to {b}.""", """
            Can you list the numbers from {a} to {b}?
            Write all numbers from {a} to {b}.
            Could you count up from {a} to {b}?
            Can you count for me from {a} up to {b}?""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            Bounds bounds = toCount(part, random);
            return counted(name(), Phrasings.fill(phrasing, bounds.from, bounds.to), bounds);
        }
    },
    COUNTING_TO(Phrasings.of("""
            Count to {a}.
            Count up to {a}.
            Can you count to {a}?
            Please count to {a}.
            Count to {a} for me.
            I want you to count to {a}.
            Count slowly to {a}.
            Count from one to {a}.
            Count up to {a} for me.
            Could you count to {a}?
            Could you count up to {a}?
            Would you count to {a}?
            I would like to hear you count to {a}.""", """
            Can you count up to {a}?
            Could you count to {a} for me?
            I would like you to count to {a}.""")) {
        @Override
        Question ask(String phrasing, Part part, RandomGenerator random) {
            int to = random.nextInt(3, 41);
            String written = to < WORDS.size() && random.nextBoolean() ? WORDS.get(to) : String.valueOf(to);
            return counted(name(), Phrasings.fill(phrasing, written), new Bounds(1, to));
        }
    };

    private static final List<String> WORDS = List.of(
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve");

    private final Phrasings phrasings;

    NumberTopic(Phrasings phrasings) {
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

    /** From where to where is counted, both included. */
    record Bounds(int from, int to) {

        List<Integer> numbers() {
            return IntStream.rangeClosed(from, to).boxed().toList();
        }
    }

    static Bounds toCount(Part part, RandomGenerator random) {
        return Pick.combination(part, "COUNTING", () -> {
            int from = random.nextBoolean() ? 1 : random.nextInt(0, 70);
            return new Bounds(from, from + random.nextInt(3, 30));
        });
    }

    static List<Integer> toSort(Part part, RandomGenerator random) {
        return Pick.combination(part, "SORTING", () -> distinct(3, random));
    }

    private static Question counted(String topic, String text, Bounds bounds) {
        List<Integer> numbers = bounds.numbers();
        return new Question(topic, text, join(numbers) + ".", Check.numbers(numbers));
    }

    private static List<Integer> distinct(int count, RandomGenerator random) {
        // Often close together, where comparing needs the second digit.
        int from = random.nextBoolean() ? 0 : random.nextInt(0, 80);
        int width = from == 0 ? 100 : 20;
        return Pick.distinct(IntStream.range(from, from + width).boxed().toList(), count, random);
    }

    private static String join(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
