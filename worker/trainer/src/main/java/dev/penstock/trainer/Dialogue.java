package dev.penstock.trainer;

import dev.penstock.onnx.ByteLevelTokenizer;
import java.util.List;
import java.util.Optional;

/**
 * A conversation to learn from.
 *
 * @param system the system prompt
 * @param turns questions with their answers, at least one
 */
record Dialogue(Optional<String> system, List<Turn> turns) {

    /** One question and its answer. */
    record Turn(String question, String answer) {}

    /**
     * A stretch of the text the model sees.
     *
     * @param learned whether the model is to learn to write it; else it only reads it
     */
    record Span(String text, boolean learned) {}

    Dialogue {
        turns = List.copyOf(turns);
    }

    /** The text as the chat template writes it, in stretches. */
    List<Span> spans() {
        StringBuilder read = new StringBuilder();
        system.ifPresent(text -> read.append(turn("system", text)));
        List<Span> spans = new java.util.ArrayList<>();
        for (Turn turn : turns) {
            read.append(turn("user", turn.question)).append(opening());
            spans.add(new Span(read.toString(), false));
            spans.add(new Span(turn.answer + ByteLevelTokenizer.TURN_END, true));
            read.setLength(0);
            read.append('\n');
        }
        return spans;
    }

    /** A conversation up to where the model answers. */
    static String prompt(String question) {
        return turn("user", question) + opening();
    }

    private static String turn(String role, String text) {
        return ByteLevelTokenizer.TURN_START + role + "\n" + text + ByteLevelTokenizer.TURN_END + "\n";
    }

    private static String opening() {
        return ByteLevelTokenizer.TURN_START + "assistant\n";
    }
}
