package dev.penstock.deploy.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The official SDK for Java, which checks every answer and chunk against its own model of them. */
@ExtendWith(TargetExtension.class)
final class OpenAiJavaClientTest {
    private final Target target;
    private final OpenAIClient client;

    OpenAiJavaClientTest(Target target) {
        this.target = target;
        this.client = client(target.key(), 0);
    }

    private OpenAIClient client(String key, int maxRetries) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(target.baseUrl())
                .apiKey(key)
                .maxRetries(maxRetries)
                .timeout(Duration.ofSeconds(30))
                .responseValidation(true)
                .build();
    }

    private ChatCompletionCreateParams.Builder chat() {
        return ChatCompletionCreateParams.builder()
                .model(target.chat())
                .addUserMessage("What is 2 plus 3?")
                .temperature(0)
                .maxCompletionTokens(24);
    }

    private List<ChatCompletionChunk> stream(ChatCompletionCreateParams params) {
        try (var response = client.chat().completions().createStreaming(params)) {
            return response.stream().map(ChatCompletionChunk::validate).toList();
        }
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void anAnswer() {
        var answer = client.chat().completions().create(chat().build()).validate();
        assertEquals(target.chat(), answer.model());
        assertFalse(
                answer.choices().getFirst().message().content().orElseThrow().isEmpty());
        var usage = answer.usage().orElseThrow();
        assertTrue(usage.promptTokens() > 0 && usage.completionTokens() > 0, usage::toString);
        assertEquals(usage.promptTokens() + usage.completionTokens(), usage.totalTokens());
    }

    @Test
    void aStreamSaysWhatChatSays() {
        var whole = client.chat().completions().create(chat().build());
        var chunks = stream(chat().build());
        var text = chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .map(choice -> choice.delta().content().orElse(""))
                .reduce("", String::concat);
        assertEquals(whole.choices().getFirst().message().content().orElseThrow(), text);
        assertTrue(chunks.stream().allMatch(chunk -> chunk.usage().isEmpty()), "usage where none was asked for");
    }

    @Test
    void theAccumulatorMakesAStreamAnAnswer() {
        var accumulator = ChatCompletionAccumulator.create();
        var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
        stream(chat().streamOptions(options).build()).forEach(accumulator::accumulate);
        var answer = accumulator.chatCompletion().validate();
        assertFalse(
                answer.choices().getFirst().message().content().orElseThrow().isEmpty());
        assertTrue(answer.usage().orElseThrow().completionTokens() > 0, answer::toString);
    }

    @Test
    void severalChoicesWithLogprobs() {
        var answer = client.chat()
                .completions()
                .create(chat().temperature(0.8)
                        .n(2)
                        .logprobs(true)
                        .topLogprobs(2)
                        .build())
                .validate();
        assertEquals(2, answer.choices().size());
        for (var choice : answer.choices()) {
            var tokens = choice.logprobs().orElseThrow().content().orElseThrow();
            assertFalse(tokens.isEmpty());
            assertEquals(2, tokens.getFirst().topLogprobs().size());
        }
    }

    @Test
    void completions() {
        var answer = client.completions()
                .create(CompletionCreateParams.builder()
                        .model(target.chat())
                        .prompt("Hello")
                        .maxTokens(8)
                        .build())
                .validate();
        assertEquals(target.chat(), answer.model());
    }

    @Test
    void embeddings() {
        var answer = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(target.embedding())
                        .inputOfArrayOfStrings(List.of("a gateway", "a pool of workers"))
                        .build())
                .validate();
        assertEquals(2, answer.data().size());
        var vector = answer.data().getFirst().embedding();
        assertTrue(vector.size() > 100, "dimensions: " + vector.size());
        var length =
                Math.sqrt(vector.stream().mapToDouble(value -> value * value).sum());
        assertEquals(1, length, 1e-3);
    }

    @Test
    void models() {
        var names = client.models().list().data().stream()
                .map(model -> model.validate().id())
                .toList();
        assertTrue(names.containsAll(List.of(target.chat(), target.slash(), target.embedding())), names::toString);
        assertEquals(
                target.chat(),
                client.models().retrieve(target.chat()).validate().id());
    }

    @Test
    void aModelWithASlashInItsName() {
        assertEquals(
                target.slash(),
                client.models().retrieve(target.slash()).validate().id());
        var answer =
                client.chat().completions().create(chat().model(target.slash()).build());
        assertEquals(target.slash(), answer.model());
    }

    @Test
    void errorsAreOpenAis() {
        var unknown = assertThrows(NotFoundException.class, () -> client.chat()
                .completions()
                .create(chat().model("no-such-model").build()));
        assertEquals("model_not_found", unknown.code().orElseThrow());
        var bad = assertThrows(
                BadRequestException.class,
                () -> client.chat().completions().create(chat().temperature(9).build()));
        assertEquals("temperature", bad.param().orElseThrow());
        var stranger = client("sk-wrong", 0);
        var refused = assertThrows(
                UnauthorizedException.class, () -> stranger.models().list());
        assertEquals("invalid_api_key", refused.code().orElseThrow());
        stranger.close();
    }

    @Test
    void aLimitSaysWhenToComeBackAndRetriesGetThrough() {
        var params = chat().maxCompletionTokens(1).build();
        var hasty = client(target.limitedKey(), 0);
        var limited = assertThrows(RateLimitException.class, () -> IntStream.range(0, 20)
                .forEach(_ -> hasty.chat().completions().create(params)));
        var seconds = Integer.parseInt(limited.headers().values("retry-after").getFirst());
        assertTrue(seconds >= 1 && seconds <= 60, "retry-after: " + seconds);
        hasty.close();
        var patient = client(target.limitedKey(), 5);
        patient.chat().completions().create(params).validate();
        patient.close();
    }

    @Test
    void retriesGetThroughALimitOfTokensAndWhatIsTooLargeIsNotTriedAgain() {
        var patient = client(target.tokensKey(), 5);
        IntStream.range(0, 6)
                .forEach(
                        _ -> patient.chat().completions().create(chat().build()).validate());
        var large = chat().addUserMessage("How many words are in this? ".repeat(200))
                .build();
        var refused = assertThrows(
                RateLimitException.class, () -> patient.chat().completions().create(large));
        assertEquals("insufficient_quota", refused.code().orElseThrow());
        assertEquals("false", refused.headers().values("x-should-retry").getFirst());
        patient.close();
    }

    @Test
    void aStreamThatIsClosedEarlyLeavesTheGatewayWell() {
        var params = chat().maxCompletionTokens(200).temperature(1).build();
        try (var response = client.chat().completions().createStreaming(params)) {
            assertEquals(2, response.stream().limit(2).count());
        }
        client.chat().completions().create(chat().build()).validate();
    }
}
