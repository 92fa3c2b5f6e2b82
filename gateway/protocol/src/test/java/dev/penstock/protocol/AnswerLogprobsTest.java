package dev.penstock.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerLogprobsTest {
    private final AnswerLogprobs logprobs = new AnswerLogprobs();

    private String strip(String json) {
        byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
        return new String(logprobs.strip(bytes, 2, bytes.length - 2), StandardCharsets.UTF_8);
    }

    @Test
    void thoseOfAChatAreReadAndTakenOut() {
        String json = "{\"id\":\"é\", \"choices\" : [{\"logprobs\" : {\"content\":[{\"token\":\"a\",\"logprob\":-0.5,"
                + "\"bytes\":[97],\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-9,\"bytes\":[1]}]},"
                + "{\"token\":\"b\",\"logprob\":0}],\"refusal\":null} ,\"message\":{\"content\":\"logprobs\"}}],"
                + "\"seed\":12345678901234567890}";
        assertEquals(
                "{\"id\":\"é\", \"choices\" : [{\"logprobs\" : null ,\"message\":{\"content\":\"logprobs\"}}],"
                        + "\"seed\":12345678901234567890}",
                strip(json));
        assertEquals((Math.exp(-0.5) + 1) / 2, logprobs.confidence().orElseThrow(), 1e-12);
    }

    @Test
    void thoseOfACompletionToo() {
        String json = "{\"choices\":[{\"text\":\"ab\",\"logprobs\":{\"tokens\":[\"a\",\"b\"],\"text_offset\":[0,1],"
                + "\"token_logprobs\":[null,-1.5],\"top_logprobs\":[{\"a\":-3},{\"b\":-1.5}]}}]}";
        assertEquals("{\"choices\":[{\"text\":\"ab\",\"logprobs\":null}]}", strip(json));
        assertEquals(Math.exp(-1.5), logprobs.confidence().orElseThrow(), 1e-12);
    }

    @Test
    void everyChoiceCountsAndChunksAddUp() {
        strip(
                "{\"choices\":[{\"logprobs\":{\"content\":[{\"logprob\":-1}]}},{\"logprobs\":{\"content\":[{\"logprob\":-2}]}}]}");
        strip("{\"choices\":[{\"logprobs\":{\"content\":[{\"logprob\":-3}]}}]}");
        assertEquals(
                (Math.exp(-1) + Math.exp(-2) + Math.exp(-3)) / 3,
                logprobs.confidence().orElseThrow(),
                1e-12);
    }

    @Test
    void whatHasNoneStaysAsItIs() {
        for (String json : new String[] {
            "{}",
            "{\"choices\":[]}",
            "{\"choices\":[{\"logprobs\":null,\"delta\":{\"content\":\"a\"}}]}",
            "{\"logprobs\":{\"content\":[{\"logprob\":-1}]}}",
            "{\"other\":[{\"logprobs\":{\"content\":[{\"logprob\":-1}]}}]}",
            "{\"choices\":[{\"logprobs\":{\"content\":[{\"logprob\":",
            "[1]",
            ""
        }) {
            assertEquals(json, strip(json));
        }
        assertTrue(logprobs.confidence().isEmpty());
    }

    @Test
    void anEmptyOneGrowsByTwoBytes() {
        assertEquals(
                "{\"choices\":[{\"logprobs\":null},{\"logprobs\":null}]}",
                strip("{\"choices\":[{\"logprobs\":{}},{\"logprobs\":{}}]}"));
    }
}
