package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal names the parameter, the value and what was expected, in OpenAI's shape with all four keys. */
final class ErrorTableTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static RoutesFixture fixture;

    @BeforeAll
    static void open() throws Exception {
        fixture = RoutesFixture.open();
        fixture.model.script(FakeLanguageModel.Run::stop);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static void check(String path, String body, int status, String code, String param, String message)
            throws Exception {
        HttpResponse<String> answer = fixture.post(path, body);
        JsonNode error = MAPPER.readTree(answer.body()).get("error");
        assertEquals(4, error.size(), answer.body());
        assertEquals(
                status + " | " + code + " | " + param + " | " + message,
                answer.statusCode() + " | " + error.get("code").asText() + " | "
                        + error.get("param").asText() + " | "
                        + error.get("message").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"n\":0 | n | n: 0 (expected: an integer from 1 to 128)",
                "\"n\":1.5 | n | n: 1.5 (expected: an integer from 1 to 128)",
                "\"n\":9 | n | n: 9 completions (expected: at most 8 in one request to this worker)",
                "\"best_of\":2 | best_of | best_of: 2 (expected: the value of n, 1)",
                "\"max_tokens\":-1 | max_tokens | max_tokens: -1 (expected: an integer >= 1)",
                "\"max_tokens\":99999999999999999999 | max_tokens | max_tokens: 99999999999999999999 (expected: an integer >= 1)",
                "\"max_completion_tokens\":\"5\" | max_completion_tokens | max_completion_tokens: a string (expected: an integer >= 1)",
                "\"temperature\":2.5 | temperature | temperature: 2.5 (expected: a number from 0 to 2)",
                "\"temperature\":1e999 | temperature | temperature: 1e999 (expected: a number from 0 to 2)",
                "\"top_p\":0 | top_p | top_p: 0.0 (expected: a number above 0 and up to 1)",
                "\"top_k\":-2 | top_k | top_k: -2 (expected: an integer >= -1)",
                "\"presence_penalty\":\"x\" | presence_penalty | presence_penalty: a string (expected: a number from -2 to 2)",
                "\"seed\":1e3 | seed | seed: 1e3 (expected: an integer of 64 bits)",
                "\"stop\":[1] | stop | stop: a list (expected: a string or a list of strings)",
                "\"stop\":\"\" | stop | stop: a string of 0 characters (expected: 1 to 1024)",
                "\"logit_bias\":{\"a\":1} | logit_bias | logit_bias: an object (expected: an object from token id to a number from -100 to 100)",
                "\"logit_bias\":{\"1\":101} | logit_bias.1 | logit_bias.1: 101.0 (expected: a number from -100 to 100)",
                "\"top_logprobs\":3 | top_logprobs | top_logprobs: 3 (expected: nothing unless logprobs is true)",
                "\"logprobs\":true,\"top_logprobs\":21 | top_logprobs | top_logprobs: 21 (expected: an integer from 0 to 20)",
                "\"stream\":\"yes\" | stream | stream: a string (expected: true or false)",
                "\"stream_options\":{} | stream_options | stream_options: an object (expected: nothing unless stream is true)",
                "\"min_tokens\":5,\"max_tokens\":2 | min_tokens | min_tokens: 5 (expected: an integer from 0 to max_tokens)",
            })
    void values(String fields, String param, String message) throws Exception {
        check(
                RoutesFixture.CHAT,
                "{\"model\":\"org/mini\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}",
                400,
                "null",
                param,
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"tools\":[{}] | tools | tools: a list with content is not supported by this model (missing capability: tools)",
                "\"functions\":[{}] | functions | functions: a list with content is not supported by this model (missing capability: tools)",
                "\"tool_choice\":\"required\" | tool_choice | tool_choice: a call that must be made is not supported by this model (missing capability: tools)",
                "\"response_format\":{\"type\":\"json_object\"} | response_format | response_format: a type other than text is not supported by this model (missing capability: structured-output)",
                "\"guided_regex\":\"a*\" | guided_regex | guided_regex: a string with content is not supported by this model (missing capability: structured-output)",
                "\"modalities\":[\"text\",\"audio\"] | modalities | modalities: more than text is not supported by this model (missing capability: audio-output)",
                "\"bad_words\":[\"x\"] | bad_words | bad_words: a list with content is not supported by this model (missing capability: bad-words)",
                "\"allowed_token_ids\":[1] | allowed_token_ids | allowed_token_ids: a list with content is not supported by this model (missing capability: allowed-tokens)",
                "\"prompt_logprobs\":0 | prompt_logprobs | prompt_logprobs: a number is not supported by this model (missing capability: prompt-logprobs)",
                "\"use_beam_search\":true | use_beam_search | use_beam_search: true is not supported by this model (missing capability: beam-search)",
                "\"echo\":true | echo | echo: true is not supported by this model (missing capability: echo)",
                "\"include_stop_str_in_output\":true | include_stop_str_in_output | include_stop_str_in_output: true is not supported by this model (missing capability: stop-in-output)",
                "\"skip_special_tokens\":false | skip_special_tokens | skip_special_tokens: false is not supported by this model (missing capability: special-tokens)",
                "\"add_generation_prompt\":false | add_generation_prompt | add_generation_prompt: false is not supported by this model (missing capability: prefill)",
                "\"continue_final_message\":true | continue_final_message | continue_final_message: true is not supported by this model (missing capability: prefill)",
                "\"regex\":\"a\" | regex | regex: a string with content is not supported by this model (missing capability: structured-output)",
                "\"ebnf\":\"a\" | ebnf | ebnf: a string with content is not supported by this model (missing capability: structured-output)",
                "\"json_schema\":{\"type\":\"object\"} | json_schema | json_schema: an object with content is not supported by this model (missing capability: structured-output)",
                "\"guided_grammar\":\"a\" | guided_grammar | guided_grammar: a string with content is not supported by this model (missing capability: structured-output)",
                "\"guided_json_object\":true | guided_json_object | guided_json_object: a boolean is not supported by this model (missing capability: structured-output)",
                "\"structural_tag\":\"a\" | structural_tag | structural_tag: a string with content is not supported by this model (missing capability: structured-output)",
                "\"function_call\":{\"name\":\"f\"} | function_call | function_call: a call that must be made is not supported by this model (missing capability: tools)",
                "\"reasoning_effort\":\"high\" | reasoning_effort | reasoning_effort: an effort is not supported by this model (missing capability: reasoning)",
            })
    void capabilities(String fields, String param, String message) throws Exception {
        check(
                RoutesFixture.CHAT,
                "{\"model\":\"org/mini\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}",
                400,
                "unsupported_parameter",
                param,
                message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"bad_words\":[],\"allowed_token_ids\":null,\"prompt_logprobs\":null,\"use_beam_search\":false",
                "\"echo\":false,\"include_stop_str_in_output\":false,\"skip_special_tokens\":true",
                "\"add_generation_prompt\":true,\"continue_final_message\":false,\"function_call\":\"none\"",
                "\"regex\":null,\"ebnf\":\"\",\"json_schema\":{},\"guided_json_object\":false",
                "\"function_call\":\"auto\"",
            })
    void valuesThatAskForNothing(String fields) throws Exception {
        HttpResponse<String> answer = fixture.post(
                RoutesFixture.CHAT,
                "{\"model\":\"org/mini\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}");

        assertEquals(200, answer.statusCode(), answer.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null | messages | messages: nothing (expected: a list of at least one message)",
                "[] | messages | messages: a list (expected: a list of at least one message)",
                "[1] | messages[0] | messages[0]: a number (expected: a message)",
                "[{\"role\":\"king\",\"content\":\"x\"}] | messages[0].role | messages[0].role: another role (expected: \"system\", \"developer\", \"user\" or \"assistant\")",
                "[{\"role\":\"user\"}] | messages[0].content | messages[0].content: null (expected: a string or a list of text parts)",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"video\"}]}] | messages[0].content[0].type | messages[0].content[0].type: another type (expected: \"text\")",
            })
    void messages(String messages, String param, String message) throws Exception {
        check(
                RoutesFixture.CHAT,
                "{\"model\":\"org/mini\",\"messages\":" + messages + "}",
                400,
                "null",
                param,
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}] | messages[0].content[0].type | messages[0].content[0].type: image_url is not supported by this model (missing capability: image-input)",
                "[{\"role\":\"tool\",\"content\":\"x\"}] | messages[0].role | messages[0].role: tool is not supported by this model (missing capability: tools)",
                "[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{}]}] | messages[0].tool_calls | messages[0].tool_calls: a call is not supported by this model (missing capability: tools)",
            })
    void messageCapabilities(String messages, String param, String message) throws Exception {
        check(
                RoutesFixture.CHAT,
                "{\"model\":\"org/mini\",\"messages\":" + messages + "}",
                400,
                "unsupported_parameter",
                param,
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/chat/completions | {\"model\":\"org/mimi\"} | 404 | model_not_found | model | model: \"org/mimi\" is not served here (expected: org/mini)",
                "/v1/chat/completions | {} | 400 | null | model | model: nothing (expected: the name of a model)",
                "/v1/chat/completions | {\"model\":\"embed\"} | 400 | null | model | model: embed does not serve /v1/chat/completions (missing capability: chat)",
                "/v1/embeddings | {\"model\":\"org/mini\",\"input\":\"x\"} | 400 | null | model | model: org/mini does not serve /v1/embeddings (missing capability: embedding)",
                "/v1/completions | {\"model\":\"org/mini\",\"prompt\":\"x\",\"use_beam_search\":true} | 400 | unsupported_parameter | use_beam_search | use_beam_search: true is not supported by this model (missing capability: beam-search)",
                "/v1/embeddings | {\"model\":\"embed\"} | 400 | null | input | input: nothing (expected: a string, a list of strings, token ids or lists of token ids)",
                "/v1/embeddings | {\"model\":\"embed\",\"input\":\"\"} | 400 | null | input | input: an empty string (expected: a text)",
                "/v1/embeddings | {\"model\":\"embed\",\"input\":[-1]} | 400 | null | input | input: a list with -1 (expected: token ids, integers >= 0)",
                "/v1/embeddings | {\"model\":\"embed\",\"input\":\"x\",\"encoding_format\":\"hex\"} | 400 | null | encoding_format | encoding_format: a string (expected: \"float\" or \"base64\")",
                "/v1/completions | {\"model\":\"org/mini\",\"prompt\":[]} | 400 | null | prompt | prompt: an empty list (expected: a string, a list of strings, token ids or lists of token ids)",
                "/v1/completions | {\"model\":\"org/mini\",\"prompt\":\"x\",\"suffix\":\"y\"} | 400 | unsupported_parameter | suffix | suffix: a text to lead up to is not supported by this model (missing capability: infill)",
                "/v1/completions | {\"model\":\"org/mini\",\"prompt\":\"x\",\"max_tokens\":0} | 400 | null | max_tokens | max_tokens: 0 (expected: an integer >= 1)",
                "/v1/nowhere | {} | 404 | null | null | no such path (expected: one of /v1/chat/completions, /v1/completions, /v1/embeddings, /v1/models, /health, /metrics)",
                "/v1/chat/completions/ | {} | 404 | null | null | no such path (expected: one of /v1/chat/completions, /v1/completions, /v1/embeddings, /v1/models, /health, /metrics)",
                "/health | {} | 405 | null | null | POST (expected: GET)",
            })
    void requests(String path, String body, int status, String code, String param, String message) throws Exception {
        check(path, body, status, code, param, message);
    }
}
