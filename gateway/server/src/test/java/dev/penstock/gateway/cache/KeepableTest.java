package dev.penstock.gateway.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeepableTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TokenUsage USED = new TokenUsage(7, 3, 0, false);
    private static final String CHAT =
            "{'id':'c1','object':'chat.completion','created':5,'model':'m','choices':[{'index':0,"
                    + "'message':{'role':'assistant','content':'Paris, of course.','refusal':null},'finish_reason':'stop','logprobs':null}]}";

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<byte[]> kept(String json) {
        return Keepable.of(Operation.CHAT, false, bytes(json), USED);
    }

    private static JsonNode tree(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    @Test
    void aWholeAnswerIsKeptWithWhatItUsed() throws IOException {
        JsonNode kept = tree(kept(CHAT).orElseThrow());
        assertEquals("Paris, of course.", kept.at("/choices/0/message/content").asText());
        assertEquals(10, kept.at("/usage/total_tokens").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'error':{'message':'no'}}",
                "[]",
                "no json",
                "{'choices':[]}",
                "{'choices':[{'message':{'content':'cut off'},'finish_reason':'length'}]}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':'content_filter'}]}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':null}]}",
                "{'choices':[{'message':{'content':'','refusal':'I cannot'},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':'x','refusal':'I cannot'},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':null,'tool_calls':[{'id':'t'}]},'finish_reason':'tool_calls'}]}",
                "{'choices':[{'message':{'content':'x','tool_calls':[{'id':'t'}]},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':'  '},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'},{'message':{'content':'y'},'finish_reason':'length'}]}",
            })
    void nothingElseIs(String json) {
        assertEquals(Optional.empty(), kept(json), json);
    }

    @Test
    void aStreamIsKeptAsTheDocumentThatItIs() throws IOException {
        String stream = """
                data: {'id':'c1','object':'chat.completion.chunk','created':5,'model':'m','choices':[{'index':0,'delta':{'role':'assistant','content':''},'finish_reason':null}]}

                data: {'id':'c1','object':'chat.completion.chunk','created':5,'model':'m','choices':[{'index':0,'delta':{'content':'Par'},'finish_reason':null}]}

                : a comment

                data: {'id':'c1','object':'chat.completion.chunk','created':5,'model':'m','choices':[{'index':0,'delta':{'content':'is, of course.'},'finish_reason':null}]}

                data: {'id':'c1','object':'chat.completion.chunk','created':5,'model':'m','choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}

                """;
        byte[] whole = bytes(stream + "data: [DONE]\n\n");
        JsonNode kept = tree(Keepable.of(Operation.CHAT, true, whole, USED).orElseThrow());
        JsonNode plain = tree(kept(CHAT).orElseThrow());
        assertEquals(plain.at("/choices/0/message"), kept.at("/choices/0/message"));
        assertEquals("chat.completion", kept.path("object").asText());
        assertEquals(plain.path("usage"), kept.path("usage"));
        assertEquals(
                Optional.empty(),
                Keepable.of(Operation.CHAT, true, bytes(stream), USED),
                "without its end a stream may be a part");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReplayedAsAStreamIsTheSameAnswer(boolean usage) throws IOException {
        String text = "A longer answer, with letters beyond ASCII: größer, 日本語, \uD83D\uDE00. ".repeat(20);
        byte[] kept = kept(CHAT.replace("Paris, of course.", text)).orElseThrow();
        byte[] stream = Keepable.streamed(Operation.CHAT, kept, usage);
        JsonNode again = tree(Keepable.of(Operation.CHAT, true, stream, USED).orElseThrow());
        assertEquals(tree(kept), again.deepCopy());
        String told = new String(stream, StandardCharsets.UTF_8);
        assertTrue(told.endsWith("data: [DONE]\n\n"));
        assertEquals(usage, told.contains("\"choices\":[],\"usage\":{\"prompt_tokens\":7"), told);
        assertTrue(told.split("\n\n").length > 15, "in more than one piece");
    }

    @Test
    void aLongAnswerIsReplayedInAFewHundredPieces() throws IOException {
        String text = "\uD83D\uDE00 and \\n\\\"so on\\\".".repeat(15_000);
        byte[] kept = kept(CHAT.replace("Paris, of course.", text)).orElseThrow();
        byte[] stream = Keepable.streamed(Operation.CHAT, kept, true);
        assertEquals(
                tree(kept), tree(Keepable.of(Operation.CHAT, true, stream, USED).orElseThrow()));
        int frames = new String(stream, StandardCharsets.UTF_8).split("\n\n", -1).length;
        assertTrue(frames > 500 && frames < 600, frames + " frames");
    }

    @Test
    void completionsAndEmbeddingsAreKeptToo() throws IOException {
        byte[] completion = Keepable.of(
                        Operation.COMPLETION,
                        false,
                        bytes(
                                "{'id':'x','object':'text_completion','created':1,'model':'m','choices':[{'index':0,'text':' Paris','finish_reason':'stop','logprobs':null}],'usage':{'total_tokens':4}}"),
                        USED)
                .orElseThrow();
        byte[] stream = Keepable.streamed(Operation.COMPLETION, completion, true);
        assertEquals(
                tree(completion),
                tree(Keepable.of(Operation.COMPLETION, true, stream, USED).orElseThrow()));
        byte[] embedding = bytes("{'object':'list','data':[{'index':0,'embedding':[0.1]}],'usage':{'total_tokens':4}}");
        assertArrayEquals(
                embedding,
                Keepable.of(Operation.EMBEDDING, false, embedding, USED).orElseThrow());
        assertEquals(
                Optional.empty(), Keepable.of(Operation.EMBEDDING, false, bytes("{'object':'list','data':[]}"), USED));
    }
}
