package dev.penstock.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerInspectorTest {
    private static final String ANSWER = "{\"id\":\"x\",\"model\":\"a\\u0041€/b\",\"choices\":[{\"index\":0,"
            + "\"message\":{\"role\":\"assistant\",\"content\":\"Hi 𝄞\"},\"finish_reason\":\"stop\"}],"
            + "\"big\":123456789012345678901234567890,\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,"
            + "\"total_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":2},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":1}}}";

    private static Optional<AnswerFacts> inspect(String json) {
        byte[] padded = ("data: " + json).getBytes(StandardCharsets.UTF_8);
        return AnswerInspector.inspect(padded, 6, padded.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]} | false",
                "{\"choices\":[{\"delta\":{\"content\":null,\"tool_calls\":[]}}]} | false",
                "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]} | true",
                "{\"choices\":[{\"delta\":{\"reasoning_content\":\"a\"}}]} | true",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\"}}]}}]} | true",
                "{\"choices\":[{\"text\":\"\"}]} | false",
                "{\"choices\":[{\"text\":\"a\"}]} | true",
                "{\"choices\":[{\"logprobs\":{\"content\":[1]},\"delta\":{}}]} | false"
            })
    void seesContent(String json, boolean content) {
        assertEquals(content, inspect(json).orElseThrow().content());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"error\":{\"message\":\"x\"}} | true",
                "{\"error\":\"x\",\"error_type\":\"y\"} | true",
                "{\"object\":\"error\",\"message\":\"x\"} | true",
                "{\"choices\":[{\"delta\":{},\"finish_reason\":\"abort\"}]} | true",
                "{\"error\":null,\"object\":\"chat.completion.chunk\",\"choices\":[]} | false",
                "{\"choices\":[{\"delta\":{\"content\":\"error\"}}]} | false"
            })
    void seesErrors(String json, boolean error) {
        assertEquals(error, inspect(json).orElseThrow().error());
    }

    @Test
    void readsUsageAndFinish() {
        AnswerFacts facts = inspect(ANSWER).orElseThrow();
        assertEquals(Optional.of(new ReportedUsage(7, 3, 2, 1)), facts.usage());
        assertEquals(1, facts.finishedChoices());
        assertTrue(facts.content());
        byte[] bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
        assertEquals(bytes.length - 2, facts.usageEnd());
        assertEquals(
                "\"a\\u0041€/b\"",
                new String(
                        Arrays.copyOfRange(bytes, (int) facts.modelStart(), (int) facts.modelEnd()),
                        StandardCharsets.UTF_8));
    }

    @Test
    void usageOutOfRangeIsNoReason() {
        AnswerFacts facts = inspect("{\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":99999999999999999999}}")
                .orElseThrow();
        assertEquals(Optional.of(new ReportedUsage(0, 0, 0, 0)), facts.usage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}{}",
                "{} x",
                "{\"a\":}",
                "<html>",
                "null",
                "{\"a\":\"\u0001\"}",
                "{\"choices\":[{]}"
            })
    void refusesWhatIsNotOneObject(String json) {
        assertEquals(Optional.empty(), inspect(json));
        AnswerInspector inspector = new AnswerInspector();
        inspector.feed(json.getBytes(StandardCharsets.UTF_8));
        assertFalse(inspector.finish());
    }

    @Test
    void inPiecesItSeesTheSame() {
        byte[] bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
        AnswerFacts whole = inspect(ANSWER).orElseThrow();
        long seed = 20261120;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            AnswerInspector inspector = new AnswerInspector();
            int[] cuts = random.ints(5, 0, bytes.length + 1).sorted().toArray();
            int from = 0;
            for (int cut : cuts) {
                assertTrue(inspector.feed(Arrays.copyOfRange(bytes, from, cut)));
                from = cut;
            }
            assertTrue(inspector.feed(Arrays.copyOfRange(bytes, from, bytes.length)));
            assertTrue(inspector.finish());
            AnswerFacts pieces = inspector.facts();
            assertEquals(whole.usage(), pieces.usage(), "seed " + seed + ", cuts " + Arrays.toString(cuts));
            assertEquals(whole.content(), pieces.content(), "seed " + seed + ", cuts " + Arrays.toString(cuts));
            assertEquals(1, pieces.finishedChoices(), "seed " + seed + ", cuts " + Arrays.toString(cuts));
        }
    }

    @Test
    void aCutBodyIsNotWhole() {
        byte[] bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < bytes.length; length++) {
            AnswerInspector inspector = new AnswerInspector();
            inspector.feed(Arrays.copyOf(bytes, length));
            assertFalse(inspector.finish(), "cut at " + length);
        }
    }
}
