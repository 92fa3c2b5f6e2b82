package dev.penstock.gateway.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.InferenceRequest;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PromptTokenizerTest {
    private static OptionalLong count(PromptTokenizer tokenizer, InferenceRequest request) throws Exception {
        return count(tokenizer, request, 1_000_000);
    }

    private static OptionalLong count(PromptTokenizer tokenizer, InferenceRequest request, long estimated)
            throws Exception {
        return tokenizer
                .count(request, estimated)
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void countsTheTextsOfMessages() throws Exception {
        try (PromptTokenizer tokenizer = new PromptTokenizer(Duration.ofSeconds(60))) {
            // "user" and the text of two tokens; three for the message and three for the beginning of the answer.
            assertEquals(OptionalLong.of(9), count(tokenizer, Requests.chat("gpt-4o", "hello world", false)));
            assertEquals(OptionalLong.of(9), count(tokenizer, Requests.chat("llama", "hello world", false)));
            // What is beyond the bound is taken to be like what is within.
            long counted = count(tokenizer, Requests.chat("m", " hello".repeat(200_000), false))
                    .orElseThrow();
            assertTrue(Math.abs(counted - 200_007) < 200, "counted " + counted);
        }
    }

    @Test
    void theTokenizerOfAnotherModelIsNotBelievedWhereItFindsMore() throws Exception {
        try (PromptTokenizer tokenizer = new PromptTokenizer(Duration.ofSeconds(60))) {
            assertEquals(OptionalLong.of(5), count(tokenizer, Requests.chat("llama", "hello world", false), 5));
            assertEquals(OptionalLong.of(9), count(tokenizer, Requests.chat("llama", "hello world", false), 50));
            assertEquals(OptionalLong.of(9), count(tokenizer, Requests.chat("gpt-4o", "hello world", false), 5));
        }
    }

    @Test
    void whoWouldWaitTooLongGetsNone() throws Exception {
        try (PromptTokenizer tokenizer = new PromptTokenizer(Duration.ofNanos(1))) {
            assertEquals(OptionalLong.empty(), count(tokenizer, Requests.chat("m", "hello", false)));
        }
    }

    @Test
    void noMoreWaitThanMay() throws Exception {
        try (PromptTokenizer tokenizer = new PromptTokenizer(Duration.ofSeconds(60))) {
            InferenceRequest large = Requests.chat("m", " hello".repeat(40_000), false);
            int none = 0;
            for (int i = 0; i < 200; i++) {
                var counted = tokenizer.count(large, 1_000_000);
                none += counted.succeeded() && counted.result().isEmpty() ? 1 : 0;
            }
            assertTrue(none >= 100, none + " of 200 were turned away at once");
        }
    }
}
