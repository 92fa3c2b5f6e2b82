package dev.penstock.gateway.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.routing.Operation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What of a request may be answered from memory.
 *
 * @param exact why not by its form; empty where it may
 * @param semantic why not by its meaning; empty where it may
 */
record Eligibility(Optional<String> exact, Optional<String> semantic) {
    private static final double UNSET = 1;
    /** What makes an answer depend on more than words, or be more than words. */
    private static final List<String> TOOLS = List.of("tools", "functions", "tool_choice", "function_call");

    private static final List<String> MEDIA = List.of("audio", "modalities");

    /**
     * The operator's terms.
     *
     * @param anyTemperature whether equal requests have equal answers whatever their temperature
     * @param maxTemperature of what is answered by its meaning
     * @param maxQuestion in characters, of what is answered by its meaning
     */
    record Terms(boolean anyTemperature, double maxTemperature, int maxQuestion) {}

    static Eligibility of(Operation operation, RequestForm form, Terms terms, boolean optedIn) {
        if (operation == Operation.EMBEDDING) {
            return new Eligibility(Optional.empty(), Optional.of("embedding"));
        }
        OptionalDouble temperature = temperature(form);
        boolean settled =
                terms.anyTemperature() || optedIn || (temperature.isPresent() && temperature.getAsDouble() == 0);
        return new Eligibility(
                settled ? Optional.empty() : Optional.of("temperature"),
                semantic(form, terms, temperature.orElse(UNSET)));
    }

    private static OptionalDouble temperature(RequestForm form) {
        return form.field("temperature")
                .filter(JsonNode::isNumber)
                .map(value -> OptionalDouble.of(value.doubleValue()))
                .orElse(OptionalDouble.empty());
    }

    private static Optional<String> semantic(RequestForm form, Terms terms, double temperature) {
        if (temperature > terms.maxTemperature()) {
            return Optional.of("temperature");
        }
        if (form.field("n").filter(n -> n.intValue() != 1).isPresent()) {
            return Optional.of("n");
        }
        if (TOOLS.stream().anyMatch(name -> form.field(name).isPresent()) || toolResult(form)) {
            return Optional.of("tools");
        }
        if (MEDIA.stream().anyMatch(name -> form.field(name).isPresent())) {
            return Optional.of("media");
        }
        if (form.field("logprobs")
                .filter(asked -> asked.isNumber() || asked.asBoolean())
                .isPresent()) {
            return Optional.of("logprobs");
        }
        if (form.field("seed").isPresent()) {
            return Optional.of("seed");
        }
        Optional<String> question = form.question();
        if (question.isEmpty()) {
            return Optional.of("no-question");
        }
        return question.get().isBlank() || question.get().length() > terms.maxQuestion()
                ? Optional.of("length")
                : Optional.empty();
    }

    /** What tools said before is no longer true tomorrow. */
    private static boolean toolResult(RequestForm form) {
        JsonNode messages = form.field("messages").orElse(null);
        if (messages == null) {
            return false;
        }
        for (JsonNode message : messages) {
            String role = message.path("role").asText();
            if (role.equals("tool") || role.equals("function") || message.hasNonNull("tool_calls")) {
                return true;
            }
        }
        return false;
    }
}
