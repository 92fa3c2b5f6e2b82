package dev.penstock.trainer;

import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.random.RandomGenerator;

/** Addition and subtraction up to two digits, and the small multiplication table. */
@SuppressWarnings("ImmutableEnumChecker") // phrasings are records of immutable lists
enum ArithmeticTopic implements Topic {
    ADDITION("+", 0, 99, Integer::sum, Phrasings.of("""
            What is {a} + {b}?
            What is {a} plus {b}?
            {a} + {b}
            {a} + {b} = ?
            {a}+{b}
            {a} plus {b}
            Add {a} and {b}.
            Add {b} to {a}.
            What is the sum of {a} and {b}?
            Calculate {a} + {b}.
            Compute {a} plus {b}.
            How much is {a} + {b}?
            How much is {a} plus {b}?
            Can you add {a} and {b}?
            What do you get when you add {a} and {b}?
            I have {a} apples and get {b} more. How many apples do I have?
            What does {a} + {b} make?
            Work out {a} + {b}.
            Tell me the sum of {a} and {b}.
            There are {a} requests and then {b} more. How many are there together?
            If {b} is added to {a}, what is the result?
            How much do {a} + {b} make?""", """
            What does {a} plus {b} make?
            Can you work out {a} plus {b} for me?
            Calculate the sum of {a} and {b}.
            How much is it when I add {a} and {b}?
            Can you tell me what {a} + {b} is?
            What is the result of {a} + {b}?""")),
    SUBTRACTION("-", 0, 99, (a, b) -> a - b, Phrasings.of("""
            What is {a} - {b}?
            What is {a} minus {b}?
            {a} - {b}
            {a} - {b} = ?
            {a}-{b}
            {a} minus {b}
            Subtract {b} from {a}.
            Take {b} away from {a}.
            What is the difference of {a} and {b}?
            Calculate {a} - {b}.
            Compute {a} minus {b}.
            How much is {a} - {b}?
            How much is {a} minus {b}?
            Can you subtract {b} from {a}?
            What do you get when you take {b} from {a}?
            I have {a} apples and give away {b}. How many apples do I have?
            What is left of {a} when {b} is taken away?
            Work out {a} - {b}.
            There are {a} requests and {b} of them are done. How many are left?
            If {b} is subtracted from {a}, what is the result?
            How much is {a} less {b}?""", """
            What does {a} minus {b} make?
            Can you work out {a} minus {b} for me?
            How much is it when I take {b} away from {a}?
            Calculate {a} minus {b}.
            Can you tell me what {a} - {b} is?
            What is the result of {a} - {b}?""")),
    MULTIPLICATION("*", 1, 12, (a, b) -> a * b, Phrasings.of("""
            What is {a} * {b}?
            What is {a} times {b}?
            {a} * {b}
            {a} x {b}
            {a} * {b} = ?
            {a} times {b}
            Multiply {a} by {b}.
            Multiply {a} and {b}.
            What is the product of {a} and {b}?
            Calculate {a} * {b}.
            Compute {a} times {b}.
            How much is {a} times {b}?
            Can you multiply {a} by {b}?
            There are {a} workers with {b} requests each. How many requests are there?
            Work out {a} times {b}.
            What do you get when you multiply {a} by {b}?""", """
            What does {a} times {b} make?
            Can you work out {a} times {b} for me?
            Calculate the product of {a} and {b}.
            Can you tell me what {a} * {b} is?
            What is the result of {a} times {b}?"""));

    private final String sign;
    private final int least;
    private final int most;
    private final IntBinaryOperator operation;
    private final Phrasings phrasings;

    ArithmeticTopic(String sign, int least, int most, IntBinaryOperator operation, Phrasings phrasings) {
        this.sign = sign;
        this.least = least;
        this.most = most;
        this.operation = operation;
        this.phrasings = phrasings;
    }

    /** What is calculated with. */
    record Operands(int a, int b) {}

    Operands operands(Part part, RandomGenerator random) {
        return Pick.combination(part, name(), () -> draw(random));
    }

    int result(Operands operands) {
        return operation.applyAsInt(operands.a, operands.b);
    }

    /** The sum as it is asked for: {@code "17 + 25"}. */
    String written(Operands operands) {
        return operands.a + " " + sign + " " + operands.b;
    }

    /** What follows it and {@code " = "}. A product is turned first so that the smaller number leads: half the table. */
    String working(Operands operands) {
        boolean turned = this == MULTIPLICATION && operands.a > operands.b;
        String lead = turned ? written(new Operands(operands.b, operands.a)) + " = " : "";
        return lead + result(operands);
    }

    @Override
    public Question ask(Part part, RandomGenerator random) {
        Operands operands = operands(part, random);
        // The sum is said again: whatever the phrasing, it is then worked out where it always stands.
        return new Question(
                name(),
                Phrasings.fill(phrasings.pick(part, random), operands.a, operands.b),
                written(operands) + " = " + working(operands) + ".",
                Check.ending("= " + result(operands) + "."));
    }

    private Operands draw(RandomGenerator random) {
        int a = random.nextInt(least, most + 1);
        int b = random.nextInt(least, most + 1);
        return this == SUBTRACTION ? new Operands(Math.max(a, b), Math.min(a, b)) : new Operands(a, b);
    }

    @Override
    public List<Phrasings> phrasings() {
        return List.of(phrasings);
    }
}
