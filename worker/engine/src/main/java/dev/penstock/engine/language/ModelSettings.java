package dev.penstock.engine.language;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.engine.tokenizer.TokenTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the JSON files of a language model's directory say.
 *
 * @param contextLength the most tokens of a sequence
 * @param endTokens tokens that end a text
 * @param beginToken the token that begins a text, where there is one
 * @param tokenNames special tokens by the name that templates know them by, such as {@code bos_token}
 * @param chatTemplate the chat template, where there is one
 * @param sampling the recommended sampling
 */
record ModelSettings(
        int contextLength,
        Set<Integer> endTokens,
        OptionalInt beginToken,
        Map<String, String> tokenNames,
        Optional<String> chatTemplate,
        Sampling sampling) {
    private static final List<String> CONTEXT_KEYS =
            List.of("max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length", "seq_length");
    private static final List<String> TOKEN_NAMES =
            List.of("bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token", "mask_token");

    ModelSettings {
        endTokens = Set.copyOf(endTokens);
        tokenNames = Map.copyOf(tokenNames);
    }

    static ModelSettings read(ModelDirectory directory, TokenTable table) {
        JsonNode config = directory.config();
        JsonNode tokenizer = directory.json("tokenizer_config.json").orElse(MissingNode.getInstance());
        JsonNode generation = directory.json("generation_config.json").orElse(MissingNode.getInstance());
        Map<String, String> names = new HashMap<>();
        for (String name : TOKEN_NAMES) {
            JsonNode token = tokenizer.path(name);
            String content = token.isObject() ? token.path("content").asText() : token.asText();
            if (!content.isEmpty() && !token.isNull()) {
                names.put(name, content);
            }
        }
        Set<Integer> ends = new HashSet<>();
        JsonNode end = generation.has("eos_token_id") ? generation.path("eos_token_id") : config.path("eos_token_id");
        if (end.isArray()) {
            end.forEach(id -> ends.add(id.asInt()));
        } else if (end.isInt()) {
            ends.add(end.asInt());
        }
        Optional.ofNullable(names.get("eos_token")).map(table::addedToken).ifPresent(id -> id.ifPresent(ends::add));
        JsonNode begin = config.path("bos_token_id");
        return new ModelSettings(
                contextLength(directory, config, tokenizer),
                ends,
                begin.isInt() ? OptionalInt.of(begin.asInt()) : OptionalInt.empty(),
                names,
                template(directory, tokenizer),
                sampling(directory, generation));
    }

    /** These settings without tokens that the model cannot produce: configuration files may name any. */
    ModelSettings within(int vocabularySize) {
        Set<Integer> known = new HashSet<>(endTokens);
        known.removeIf(id -> id < 0 || id >= vocabularySize);
        int begin = beginToken.orElse(-1);
        return new ModelSettings(
                contextLength,
                known,
                begin >= 0 && begin < vocabularySize ? beginToken : OptionalInt.empty(),
                tokenNames,
                chatTemplate,
                sampling);
    }

    private static int contextLength(ModelDirectory directory, JsonNode config, JsonNode tokenizer) {
        for (String key : CONTEXT_KEYS) {
            if (config.path(key).isInt() && config.path(key).asInt() > 0) {
                return config.path(key).asInt();
            }
        }
        double length = tokenizer.path("model_max_length").asDouble();
        if (length >= 1 && length <= Integer.MAX_VALUE) {
            return (int) length;
        }
        throw new ModelLoadException(
                directory.path().resolve("config.json"), "no context length (expected one of: " + CONTEXT_KEYS + ")");
    }

    /** A file of its own, or in tokenizer_config.json: a string, or a list of named ones with one called default. */
    private static Optional<String> template(ModelDirectory directory, JsonNode tokenizer) {
        Optional<Path> file = directory.file("chat_template.jinja");
        if (file.isPresent()) {
            try {
                return Optional.of(Files.readString(file.get()));
            } catch (IOException e) {
                throw new ModelLoadException(file.get(), "cannot be read: " + e.getMessage(), e);
            }
        }
        JsonNode template = tokenizer.path("chat_template");
        if (template.isTextual()) {
            return Optional.of(template.asText());
        }
        return template.valueStream()
                .filter(named -> named.path("name").asText().equals("default"))
                .map(named -> named.path("template").asText())
                .findFirst();
    }

    private static Sampling sampling(ModelDirectory directory, JsonNode generation) {
        Sampling.Builder builder = new Sampling.Builder()
                .temperature(generation.path("temperature").asDouble(1))
                .topP(generation.path("top_p").asDouble(1))
                .topK(generation.path("top_k").asInt(0))
                .minP(generation.path("min_p").asDouble(0))
                .repetitionPenalty(generation.path("repetition_penalty").asDouble(1));
        if (generation.has("do_sample") && !generation.path("do_sample").asBoolean()) {
            builder.temperature(0);
        }
        try {
            return builder.build();
        } catch (InvalidRequestException e) {
            throw new ModelLoadException(
                    directory.path().resolve("generation_config.json"), String.valueOf(e.getMessage()), e);
        }
    }
}
