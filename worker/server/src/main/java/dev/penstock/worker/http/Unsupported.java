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
    private static final List<String> GUIDES =
            List.of("structured_outputs", "guided_json", "guided_regex", "guided_choice", "guided_grammar", "grammar");

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
        if (fields.flag("continue_final_message")) {
            throw RequestRejectedException.unsupported("continue_final_message", "true", "prefill");
        }
        checkFormat(fields);
    }

    /** Refuses what a plain completion may ask for in vain. */
    static void checkCompletion(RequestFields fields) {
        fields.string("suffix").filter(suffix -> !suffix.isEmpty()).ifPresent(suffix -> {
            throw RequestRejectedException.unsupported("suffix", "a text to lead up to", "infill");
        });
        checkFormat(fields);
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
            if (!value.isContainerNode() || !value.isEmpty() || name.equals("web_search_options")) {
                throw RequestRejectedException.unsupported(
                        name, RequestFields.kind(value) + " with content", capability);
            }
        });
    }
}
