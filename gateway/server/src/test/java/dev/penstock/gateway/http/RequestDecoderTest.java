package dev.penstock.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Operation;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestDecoderTest {
    private final RequestDecoder decoder = new RequestDecoder(JsonLimits.DEFAULT);

    private InferenceRequest decode(Operation operation, String json) throws JsonRejectedException {
        return decoder.decode("id", "trace", operation, json.getBytes(StandardCharsets.UTF_8), 0);
    }

    private InferenceRequest chat(String extra) throws JsonRejectedException {
        return decode(
                Operation.CHAT, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" + extra + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CHAT | {\"messages\":[{}]} | model | missing",
                "CHAT | {\"model\":7,\"messages\":[{}]} | model | a number",
                "CHAT | {\"model\":\" m\",\"messages\":[{}]} | model | surrounding blanks",
                "CHAT | {\"model\":\"m\"} | messages | missing",
                "CHAT | {\"model\":\"m\",\"messages\":[]} | messages | []",
                "CHAT | {\"model\":\"m\",\"messages\":\"hi\"} | messages | something else",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"stream\":\"yes\"} | stream | a string",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"n\":0} | n | n: 0",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"n\":129} | n | n: 129",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"max_tokens\":-1} | max_tokens | max_tokens: -1",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"max_tokens\":99999999999} | max_tokens | 99999999999",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"max_tokens\":1.5} | max_tokens | 1.5",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"max_completion_tokens\":\"9\"} | max_completion_tokens | \"9\"",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"stream_options\":7} | stream_options | an object",
                "CHAT | {\"model\":\"m\",\"messages\":[{}],\"stream_options\":{\"include_usage\":1}} | stream_options.include_usage | 1",
                "COMPLETION | {\"model\":\"m\"} | prompt | missing",
                "COMPLETION | {\"model\":\"m\",\"prompt\":{}} | prompt | something else",
                "COMPLETION | {\"model\":\"m\",\"prompt\":[\"a\",1]} | prompt | something else",
                "COMPLETION | {\"model\":\"m\",\"prompt\":[[1],[\"a\"]]} | prompt | something else",
                "EMBEDDING | {\"model\":\"m\",\"input\":[]} | input | empty",
                "EMBEDDING | {\"model\":\"m\",\"input\":\"\"} | input | empty",
                "EMBEDDING | {\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"hex\"} | encoding_format | \"hex\"",
                "EMBEDDING | {\"model\":\"m\",\"input\":\"a\",\"dimensions\":0} | dimensions | 0",
                "EMBEDDING | {\"model\":\"m\",\"input\":\"a\",\"stream\":true} | stream | true"
            })
    void refusesNamingTheFieldAndWhatWasFound(Operation operation, String json, String param, String found) {
        ApiError error = assertThrows(JsonRejectedException.class, () -> decode(operation, json))
                .error();
        assertEquals(400, error.status());
        assertEquals(Optional.of(param), error.param());
        assertTrue(error.message().contains(found), error.message());
        assertTrue(error.message().contains("expected: "), error.message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ",\"tools\":[{}] | TOOLS",
                ",\"tools\":[] | ``",
                ",\"tools\":null | ``",
                ",\"functions\":[{}] | TOOLS",
                ",\"response_format\":{\"type\":\"text\"} | ``",
                ",\"response_format\":{\"type\":\"json_object\"} | JSON_OBJECT",
                ",\"response_format\":{\"json_schema\":{\"schema\":{\"type\":\"object\"}},\"type\":\"json_schema\"} | JSON_SCHEMA",
                ",\"logprobs\":true | LOGPROBS",
                ",\"logprobs\":false | ``",
                ",\"unknown\":{\"deep\":[1]} | ``"
            })
    void seesWhatAChatNeeds(String extra, String needs) throws Exception {
        Set<Capability> expected = EnumSet.of(Capability.CHAT);
        Stream.of(needs.split(" "))
                .filter(n -> !n.isEmpty())
                .map(Capability::valueOf)
                .forEach(expected::add);
        assertEquals(expected, chat(extra).required());
    }

    @Test
    void seesImagesAndAudioWhereverTheyAre() throws Exception {
        InferenceRequest request = decode(
                Operation.CHAT,
                "{\"model\":\"m\",\"messages\":[{\"content\":\"x\",\"tool_calls\":[{\"type\":\"image_url\"}]},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"image_url\":{\"type\":\"x\"},"
                        + "\"type\":\"image_url\"},{\"type\":\"input_audio\"}],\"name\":\"n\"}]}");
        assertEquals(
                "AUDIO CHAT VISION",
                request.required().stream().map(Enum::name).sorted().collect(Collectors.joining(" ")));
        assertEquals(Set.of(Capability.CHAT), chat(",\"user\":\"image_url\"").required());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"\"a\" | 1", "[\"a\",\"b\"] | 2", "[1,2,3] | 1", "[[1],[2,3]] | 2"})
    void countsTheAnswersACompletionAsksFor(String prompt, int prompts) throws Exception {
        InferenceRequest request =
                decode(Operation.COMPLETION, "{\"model\":\"m\",\"n\":3,\"max_tokens\":9,\"prompt\":" + prompt + "}");
        assertEquals(3 * prompts, request.choices());
        assertEquals(OptionalLong.of(9), request.maxTokens());
    }

    @Test
    void completionsAndEmbeddingsHaveTheirOwnNeeds() throws Exception {
        assertEquals(
                EnumSet.of(Capability.COMPLETION, Capability.LOGPROBS, Capability.SUFFIX),
                EnumSet.copyOf(decode(
                                Operation.COMPLETION,
                                "{\"model\":\"m\",\"prompt\":\"a\",\"logprobs\":0,\"suffix\":\"b\"}")
                        .required()));
        assertEquals(
                EnumSet.of(Capability.EMBEDDING, Capability.DIMENSIONS),
                EnumSet.copyOf(decode(Operation.EMBEDDING, "{\"model\":\"m\",\"input\":\"a\",\"dimensions\":8}")
                        .required()));
    }

    @Test
    void theNewerNameOfTheTokenLimitWins() throws Exception {
        assertEquals(
                OptionalLong.of(5),
                chat(",\"max_tokens\":9,\"max_completion_tokens\":5").maxTokens());
    }
}
