package dev.penstock.gateway.admission;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.routing.Capability;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Counts the tokens of prompts by JTokkit, with the tokenizer of the model where it is one of OpenAI's and with o200k_base
 * otherwise. On a thread of its own, which a bounded number of requests wait for, and no longer than {@link #PATIENCE}. The
 * tokenizer is loaded when it is first needed, some 50 MB; those that ask until then get no count.
 */
public final class PromptTokenizer implements AutoCloseable {
    /** How long a request waits for its count. */
    static final Duration PATIENCE = Duration.ofMillis(50);

    private static final int WAITING = 64;

    /**
     * What a message costs beside its texts, and the beginning of the answer: source: OpenAI Cookbook, "How to count tokens
     * with tiktoken".
     */
    private static final int PER_MESSAGE = 3;

    private final Duration patience;
    private final EncodingRegistry registry = Encodings.newLazyEncodingRegistry();
    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("penstock-tokens").factory());

    /** One that has nothing loaded yet. */
    public PromptTokenizer() {
        this(PATIENCE);
    }

    PromptTokenizer(Duration patience) {
        this.patience = patience;
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * How many tokens the prompt has; empty where that takes too long, or it is not all text. Never fails.
     *
     * @param estimated what its model was seen to make of such prompts: the tokenizer of another model may find fewer, and
     *     is not believed where it finds more. Whoever came back when there was room for the estimate would be refused again
     */
    public Future<OptionalLong> count(InferenceRequest request, long estimated) {
        if (request.required().contains(Capability.VISION) || request.required().contains(Capability.AUDIO)) {
            return Future.succeededFuture(OptionalLong.empty());
        }
        try {
            return Future.fromCompletionStage(CompletableFuture.supplyAsync(() -> counted(request, estimated), executor)
                            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS))
                    .recover(late -> Future.succeededFuture(OptionalLong.empty()));
        } catch (RejectedExecutionException full) {
            return Future.succeededFuture(OptionalLong.empty());
        }
    }

    private OptionalLong counted(InferenceRequest request, long estimated) {
        PromptText prompt = PromptText.of(request);
        Optional<Encoding> own = registry.getEncodingForModel(request.model().value());
        Encoding encoding = own.orElseGet(() -> registry.getEncoding(EncodingType.O200K_BASE));
        double tokens = encoding.countTokensOrdinary(prompt.text()) * prompt.more();
        int frame = prompt.messages() == 0 ? 0 : PER_MESSAGE * (prompt.messages() + 1);
        long counted = (long) Math.ceil(tokens) + frame;
        return OptionalLong.of(own.isPresent() ? counted : Math.min(counted, estimated));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
