package dev.penstock.gateway.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of workers that are broken, or mean harm. */
final class OddAnswersTest {
    private static final TokenUsage USED = new TokenUsage(7, 3, 0, false);

    private static Optional<byte[]> kept(Operation operation, boolean stream, String sent) {
        return Keepable.of(operation, stream, sent.replace('\'', '"').getBytes(StandardCharsets.UTF_8), USED);
    }

    /** Each part is the inside of a choice; they come after a first word and before the end of the stream. */
    private static Optional<byte[]> streamed(String parts) {
        StringBuilder stream = new StringBuilder();
        for (String part : ("'delta':{'role':'assistant','content':'word'}|" + parts).split("\\|")) {
            stream.append("data: {'id':'c','choices':[{'index':0,").append(part).append("}]}\n\n");
        }
        return kept(Operation.CHAT, true, stream + "data: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'delta':{},'finish_reason':'stop'|'delta':{'content':' more'}",
                "'delta':{},'finish_reason':'length'|'delta':{},'finish_reason':'stop'",
                "'delta':{},'finish_reason':'stop'|'delta':{},'finish_reason':'stop'",
                "'delta':{},'finish_reason':'stop'|'delta':{'tool_calls':[{'index':0}]}",
                "'delta':{},'finish_reason':'stop'|'delta':{'content':'m'},'finish_reason':'stop'",
                "'delta':{'content':[{'type':'text','text':'x'}]},'finish_reason':'stop'",
                "'delta':{'content':5},'finish_reason':'stop'",
                "'delta':{'refusal':'no'},'finish_reason':'stop'",
                "'delta':{'content':' more'}",
            })
    void aStreamIsNot(String parts) {
        assertEquals(Optional.empty(), streamed(parts));
    }

    @Test
    void butOneThatEndsOnceIs() {
        assertTrue(streamed("'delta':{'content':' more'}|'delta':{},'finish_reason':'stop'|'delta':{'content':''}")
                .isPresent());
        assertTrue(
                streamed("'delta':{'content':' more'},'finish_reason':'stop'").isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'message':{'content':5},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':true},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':[{'type':'text','text':'x'}]},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':'x','tool_calls':'f()'},'finish_reason':'stop'}]}",
                "{'choices':[{'index':0,'message':{'content':'x'},'finish_reason':'stop'},"
                        + "{'index':0,'message':{'content':'y'},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':'x','annotations':[{'url':'u'}]},'finish_reason':'stop'}]}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'}],'usage':'lots'}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'}],'usage':{'total_tokens':-12}}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'}],'usage':{'prompt_tokens':9223372036854775807}}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'}],'usage':{'completion_tokens':'3'}}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'}]} {'error':{}}",
                "{'choices':[{'message':{'content':'x'},'finish_reason':'stop'}],'error':{'message':'no'}}",
            })
    void aChatIsNot(String sent) {
        assertEquals(Optional.empty(), kept(Operation.CHAT, false, sent));
    }

    @ParameterizedTest
    @ValueSource(strings = {"['x']", "[{}]", "[{'embedding':[]}]", "[{'embedding':''}]", "[{'embedding':null}]", "{}"})
    void anEmbeddingIsNot(String data) {
        assertEquals(Optional.empty(), kept(Operation.EMBEDDING, false, "{'object':'list','data':" + data + "}"));
    }
}
