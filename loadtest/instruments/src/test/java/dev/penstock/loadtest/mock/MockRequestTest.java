package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MockRequestTest {
    private static MockRequest parse(MockEndpoint endpoint, String json) {
        return MockRequest.parse(endpoint, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'role':'user','content':'one'}]                                           | one",
                "[{'content':'one','role':'system'},{'content':' two'}]                      | one two",
                "[{'content':[{'type':'text','text':'a'},{'text':'b','type':'text'}]}]       | ab",
                "[{'content':[{'type':'image_url','image_url':{'url':'u','text':'no'}}]}]    | ``",
                "[{'content':null,'tool_calls':[{'content':'no'}]},{'content':'x'}]          | x",
                "[{}]                                                                        | ``",
                "[{'content':'\\u00e9\\n'},{'content':'\\ud83d\\ude00'}]                     | `é\n😀`",
            })
    void thePromptIsTheTextsOfMessages(String messages, String prompt) {
        assertEquals(
                prompt,
                parse(MockEndpoint.CHAT, "{'model':'m','messages':" + messages + "}")
                        .prompt());
    }

    @Test
    void thePromptOfOtherEndpointsIsAStringOrSeveral() {
        assertEquals(
                List.of("a", "b"),
                parse(MockEndpoint.EMBEDDING, "{'input':['a','b'],'model':'m','messages':7}")
                        .texts());
        assertEquals(
                "ab",
                parse(MockEndpoint.COMPLETION, "{'model':'m','prompt':['a','b']}")
                        .prompt());
        assertEquals(
                "a",
                parse(MockEndpoint.COMPLETION, "{'model':'m','prompt':'a'}").prompt());
    }

    @Test
    void whatIsNotSaidIsTheApisDefault() {
        MockRequest request = parse(MockEndpoint.CHAT, "{'model':'m','messages':[{}],'unknown':{'n':[9]}}");
        assertEquals(
                new MockRequest("m", List.of(), OptionalInt.empty(), 1, false, false, OptionalInt.empty(), false),
                request);
    }

    @Test
    void nullIsAsGoodAsNothing() {
        MockRequest request = parse(
                MockEndpoint.CHAT,
                "{'model':'m','messages':[{}],'n':null,'max_tokens':null,'stream':null,'stream_options':null}");
        assertEquals(1, request.choices());
        assertTrue(request.tokens().isEmpty());
        assertFalse(request.stream());
    }

    @Test
    void everyFieldIsRead() {
        assertEquals(
                new MockRequest("m", List.of("x"), OptionalInt.of(8), 3, true, true, OptionalInt.of(12), true),
                parse(
                        MockEndpoint.CHAT,
                        "{'max_completion_tokens':8,'max_tokens':9,'n':3,'stream':true,'encoding_format':'base64',"
                                + "'stream_options':{'x':[1],'include_usage':true},'dimensions':12,'model':'m',"
                                + "'messages':[{'content':'x'}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CHAT | ``                                             | body (expected: a JSON object)",
                "CHAT | [1]                                            | body (expected: a JSON object)",
                "CHAT | {'model':'m'                                   | body (expected: JSON in UTF-8)",
                "CHAT | {'messages':[{}]}                              | model: missing (expected: the name of a model)",
                "CHAT | {'model':7}                                    | model: 7 (expected: a string)",
                "CHAT | {'model':'m'}                                  | messages: missing (expected: an array of at least one message)",
                "CHAT | {'model':'m','messages':[]}                    | messages: [] (expected: an array of at least one message)",
                "CHAT | {'model':'m','messages':['x']}                 | messages[0]: x (expected: an object)",
                "CHAT | {'model':'m','messages':[{},{'content':7}]}    | messages[1].content: 7 (expected: a string, an array of parts or null)",
                "CHAT | {'max_tokens':0}                               | max_tokens: 0 (expected: an integer from 1 to 131072)",
                "CHAT | {'max_completion_tokens':1.5}                  | max_completion_tokens: 1.5 (expected: an integer from 1 to 131072)",
                "CHAT | {'max_tokens':99999999999999999999}            | max_tokens: 99999999999999999999 (expected: an integer from 1 to 131072)",
                "CHAT | {'n':129}                                      | n: 129 (expected: an integer from 1 to 128)",
                "CHAT | {'stream':'yes'}                               | stream: yes (expected: true or false)",
                "CHAT | {'stream_options':[]}                          | stream_options: [ (expected: an object)",
                "CHAT | {'model':'m','messages':[{}]} {}               | body (expected: one JSON object and nothing after it)",
                "EMBEDDING | {'model':'m','input':[1,2]}               | input: [1] (expected: a string or an array of at least one string)",
                "EMBEDDING | {'model':'m','input':[]}                  | input: [] (expected: a string or an array of at least one string)",
                "EMBEDDING | {'model':'m','encoding_format':'int8'}    | encoding_format: int8 (expected: float or base64)",
                "COMPLETION | {'model':'m','prompt':7}                 | prompt: 7 (expected: a string or an array of at least one string)",
            })
    void whatIsWrongIsNamed(MockEndpoint endpoint, String json, String message) {
        MockRequestRefusedException refused =
                assertThrows(MockRequestRefusedException.class, () -> parse(endpoint, json));
        assertEquals(message, refused.error().message());
        assertEquals(400, refused.error().status());
    }
}
