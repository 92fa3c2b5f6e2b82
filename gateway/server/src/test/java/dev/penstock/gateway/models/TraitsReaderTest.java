package dev.penstock.gateway.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.routing.model.RequestTraits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TraitsReaderTest {
    private static RequestTraits read(String json) throws Exception {
        return TraitsReader.read(JsonDocument.parse(json.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT));
    }

    @Test
    void theQuestionIsTheLastMessageOfAUser() throws Exception {
        RequestTraits traits = read("{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},"
                + "{\"role\":\"user\",\"content\":\"first\"},{\"content\":\"second?\",\"name\":\"x\",\"role\":\"user\"},"
                + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]},"
                + "{\"role\":\"tool\",\"content\":\"result\"}],\"max_completion_tokens\":99,\"reasoning_effort\":\"high\","
                + "\"tools\":[{\"type\":\"function\"}],\"response_format\":{\"x\":{},\"type\":\"json_schema\"}}");
        assertEquals("second?", traits.question());
        assertEquals(5, traits.turns());
        assertEquals(99, traits.maxTokens());
        assertEquals(1, traits.reasoningEffort());
        assertEquals(true, traits.tools());
        assertEquals(true, traits.schema());
    }

    @Test
    void partsAreJoinedAndPicturesPassedOver() throws Exception {
        RequestTraits traits = read(
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"what\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:...\"}},{\"type\":\"text\",\"text\":\"is it\"}]}]}");
        assertEquals("what\nis it\n", traits.question());
        assertEquals(false, traits.tools());
    }

    @Test
    void aCompletionIsAskedByItsPrompt() throws Exception {
        assertEquals("once", read("{\"prompt\":\"once\"}").question());
        assertEquals("once", read("{\"prompt\":[\"once\",\"upon\"]}").question());
        assertEquals(
                "",
                read("{\"prompt\":[[1,2],[3]],\"reasoning_effort\":7,\"tools\":[]}")
                        .question());
        assertEquals(3, read("{\"prompt\":\"0123456789\"}").promptTokens());
    }
}
