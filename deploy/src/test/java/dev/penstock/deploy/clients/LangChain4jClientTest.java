package dev.penstock.deploy.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** LangChain4j, whose reading of streams differs from the official SDKs'. */
@ExtendWith(TargetExtension.class)
final class LangChain4jClientTest {
    private static final String QUESTION = "What is 2 plus 3?";
    private static final int LIMIT_SECONDS = 30;

    private final Target target;

    LangChain4jClientTest(Target target) {
        this.target = target;
    }

    private OpenAiChatModel.OpenAiChatModelBuilder model() {
        return OpenAiChatModel.builder()
                .baseUrl(target.baseUrl())
                .apiKey(target.key())
                .modelName(target.chat())
                .temperature(0.0)
                .maxTokens(24)
                .maxRetries(0);
    }

    private OpenAiStreamingChatModel.OpenAiStreamingChatModelBuilder streaming() {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(target.baseUrl())
                .apiKey(target.key())
                .modelName(target.chat())
                .temperature(0.0)
                .maxTokens(24);
    }

    @Test
    void anAnswer() {
        var answer = model().build().chat(UserMessage.from(QUESTION));
        assertFalse(answer.aiMessage().text().isEmpty());
        assertTrue(answer.tokenUsage().outputTokenCount() > 0, answer::toString);
        assertEquals(target.chat(), answer.metadata().modelName());
    }

    @Test
    void aStreamSaysWhatChatSays() throws Exception {
        var whole = model().build().chat(QUESTION);
        var listener = new Listener(Integer.MAX_VALUE);
        streaming().build().chat(QUESTION, listener);
        var answer = listener.answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertEquals(whole, answer.aiMessage().text());
        assertEquals(whole, listener.text.toString());
        assertTrue(answer.tokenUsage().outputTokenCount() > 0, answer::toString);
    }

    @Test
    void aCancelledStreamLeavesTheGatewayWell() throws Exception {
        var listener = new Listener(2);
        streaming().temperature(1.0).maxTokens(200).build().chat(QUESTION, listener);
        listener.cancelled.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertFalse(model().build().chat(QUESTION).isEmpty());
    }

    @Test
    void aStreamOfAnUnknownModelIsAnError() {
        var listener = new Listener(Integer.MAX_VALUE);
        streaming().modelName("no-such-model").build().chat(QUESTION, listener);
        var failure =
                assertThrows(ExecutionException.class, () -> listener.answer.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        assertTrue(failure.getCause() instanceof ModelNotFoundException, failure::toString);
    }

    @Test
    void errorsAreToldApart() {
        assertThrows(
                ModelNotFoundException.class,
                () -> model().modelName("no-such-model").build().chat(QUESTION));
        assertThrows(
                AuthenticationException.class,
                () -> model().apiKey("sk-wrong").build().chat(QUESTION));
    }

    @Test
    void aModelWithASlashInItsName() {
        assertFalse(model().modelName(target.slash()).build().chat(QUESTION).isEmpty());
    }

    @Test
    void embeddings() {
        var model = OpenAiEmbeddingModel.builder()
                .baseUrl(target.baseUrl())
                .apiKey(target.key())
                .modelName(target.embedding())
                .maxRetries(0)
                .build();
        var answer = model.embedAll(List.of(TextSegment.from("a gateway"), TextSegment.from("a pool of workers")));
        assertEquals(2, answer.content().size());
        assertTrue(answer.content().getFirst().dimension() > 100);
    }

    /** Collects a stream; cancels it after so many parts. */
    private static final class Listener implements StreamingChatResponseHandler {
        final StringBuilder text = new StringBuilder();
        final CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
        final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        private int left;

        Listener(int parts) {
            left = parts;
        }

        @Override
        public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
            text.append(part.text());
            if (--left == 0) {
                context.streamingHandle().cancel();
                cancelled.complete(true);
            }
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            answer.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }
    }
}
