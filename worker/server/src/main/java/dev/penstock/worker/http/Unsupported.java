package dev.penstock.worker.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Parameters that ask for what the engine does not do. Refusing them by name is better than an answer that silently lacks
 * what was asked for; a value that asks for nothing (an empty list of tools, {@code response_format: text}) is no asking.
 */
final class Unsupported {
    private static final String TOOLS = "tools";
    private static final String STRUCTURED_OUTPUT = "structured-output";
    private static final String PREFILL = "prefill";

    /** What SGLang, TGI and llama.cpp call them too. */
    private static final List<String> GUIDES = List.of(
            "structured_outputs",
            "guided_json",
            "guided_json_object",
            "guided_regex",
            "guided_choice",
            "guided_grammar",
            "grammar",
            "regex",
            "ebnf",
            "json_schema",
            "structural_tag");

    private Unsupported() {}

    /** Refuses what a conversation may ask for in vain. */
    static void checkChat(RequestFields fields) {
        refuseFilled(fields, "tools", TOOLS);
        refuseFilled(fields, "functions", TOOLS);
        fields.value("tool_choice").ifPresent(choice -> {
            if (!choice.isTextual() || choice.textValue().equals("required")) {
                throw RequestRejectedException.unsupported("tool_choice", "a call that must be made", TOOLS);
            }
        });
        refuseCall(fields);
        refuseFilled(fields, "audio", "audio-output");
        fields.value("modalities").ifPresent(modalities -> {
            for (JsonNode modality : modalities) {
                if (!modality.asText().equals("text")) {
                    throw RequestRejectedException.unsupported("modalities", "more than text", "audio-output");
                }
            }
        });
        refuseFilled(fields, "web_search_options", "web-search");
        fields.string("reasoning_effort")
                .filter(effort -> !effort.equals("none"))
                .ifPresent(effort -> {
                    throw RequestRejectedException.unsupported("reasoning_effort", "an effort", "reasoning");
                });
        refuseFlag(fields, "continue_final_message", true, PREFILL);
        refuseFlag(fields, "add_generation_prompt", false, PREFILL);
        refuseFlag(fields, "echo", true, "echo");
        checkAny(fields);
    }

    /** The older name of {@code tool_choice}: a word, or the function that must be called. */
    private static void refuseCall(RequestFields fields) {
        fields.value("function_call").ifPresent(call -> {
            String word = call.isTextual() ? call.textValue() : "";
            if (!word.equals("none") && !word.equals("auto")) {
                throw RequestRejectedException.unsupported("function_call", "a call that must be made", TOOLS);
            }
        });
    }

    /** Refuses what a plain completion may ask for in vain. */
    static void checkCompletion(RequestFields fields) {
        fields.string("suffix").filter(suffix -> !suffix.isEmpty()).ifPresent(suffix -> {
            throw RequestRejectedException.unsupported("suffix", "a text to lead up to", "infill");
        });
        checkAny(fields);
    }

    private static void checkAny(RequestFields fields) {
        checkFormat(fields);
        refuseFilled(fields, "bad_words", "bad-words");
        refuseFilled(fields, "allowed_token_ids", "allowed-tokens");
        refuseFilled(fields, "prompt_logprobs", "prompt-logprobs");
        refuseFlag(fields, "use_beam_search", true, "beam-search");
        refuseFlag(fields, "include_stop_str_in_output", true, "stop-in-output");
        refuseFlag(fields, "skip_special_tokens", false, "special-tokens");
    }

    private static void checkFormat(RequestFields fields) {
        fields.value("response_format").ifPresent(format -> {
            if (!format.isObject() || !format.path("type").isTextual()) {
                throw fields.wrong("response_format", "an object with a type");
            }
            if (!format.path("type").textValue().equals("text")) {
                throw RequestRejectedException.unsupported(
                        "response_format", "a type other than text", STRUCTURED_OUTPUT);
            }
        });
        GUIDES.forEach(name -> refuseFilled(fields, name, STRUCTURED_OUTPUT));
    }

    private static void refuseFilled(RequestFields fields, String name, String capability) {
        fields.value(name).ifPresent(value -> {
            if (!asksForNothing(value) || name.equals("web_search_options")) {
                String found = RequestFields.kind(value);
                throw RequestRejectedException.unsupported(
                        name, value.isNumber() || value.isBoolean() ? found : found + " with content", capability);
            }
        });
    }

    private static boolean asksForNothing(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT, ARRAY -> value.isEmpty();
            case STRING -> value.textValue().isEmpty();
            case BOOLEAN -> !value.booleanValue();
            default -> false;
        };
    }

    /** Refuses a flag that is set to other than what happens anyway. */
    private static void refuseFlag(RequestFields fields, String name, boolean refused, String capability) {
        fields.value(name).ifPresent(value -> {
            if (fields.flag(name) == refused) {
                throw RequestRejectedException.unsupported(name, String.valueOf(refused), capability);
            }
        });
    }
}
