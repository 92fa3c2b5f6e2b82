package dev.penstock.worker.http;

import dev.penstock.engine.Capability;
import dev.penstock.engine.EngineException;
import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.ModelKind;
import dev.penstock.engine.PromptTokens;
import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.Generation;
import dev.penstock.engine.language.GenerationListener;
import dev.penstock.engine.language.GenerationRequest;
import dev.penstock.engine.language.GenerationResult;
import dev.penstock.engine.language.LanguageModel;
import dev.penstock.engine.language.Prompt;
import dev.penstock.engine.language.Sampling;
import dev.penstock.engine.language.SequenceEnd;
import dev.penstock.engine.language.TokenEvent;
import dev.penstock.engine.language.TokenLogprob;
import dev.penstock.engine.language.TokenText;
import dev.penstock.engine.language.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A language model that says what a test tells it to, on a decode thread of its own. Each accepted request waits in {@link
 * #accepted} as a {@link Run} unless a script answers it.
 */
public final class FakeLanguageModel implements LanguageModel {
    private final ExecutorService decodeThread = Executors.newSingleThreadExecutor();
    private final EngineLoad load;
    final BlockingQueue<Run> accepted = new LinkedBlockingQueue<>();
    private Optional<EngineException> refusal = Optional.empty();
    private Consumer<Run> script = run -> {};
    private volatile boolean alive = true;

    FakeLanguageModel() {
        this(new EngineLoad(1, 4, 0, 4, 0, 1024, new PromptTokens(7, 400)));
    }

    /** A model that says it is so busy. */
    public FakeLanguageModel(EngineLoad load) {
        this.load = load;
    }

    /** Refuses what comes. */
    void refuse(EngineException exception) {
        refusal = Optional.of(exception);
    }

    /** Answers nothing any more. */
    void die() {
        alive = false;
    }

    @Override
    public boolean alive() {
        return alive;
    }

    /** Answers each request at once. */
    void script(Consumer<Run> value) {
        script = value;
    }

    /** The next request that was accepted. */
    Run next() throws InterruptedException {
        Run run = accepted.poll(10, TimeUnit.SECONDS);
        if (run == null) {
            throw new AssertionError("no request came within 10 s");
        }
        return run;
    }

    /** One request that runs. */
    final class Run implements Generation {
        final GenerationRequest request;
        final CountDownLatch cancelled = new CountDownLatch(1);
        private final GenerationListener listener;
        private final List<SequenceEnd> ends = new ArrayList<>();
        private int tokens;

        private Run(GenerationRequest request, GenerationListener listener) {
            this.request = request;
            this.listener = listener;
        }

        Run say(int sequence, String text) {
            decodeThread.execute(() -> {
                tokens++;
                List<TokenLogprob> logprobs = request.topLogprobs().isPresent()
                        ? List.of(logprob(text, -0.5, request.topLogprobs().getAsInt()))
                        : List.of();
                listener.onToken(new TokenEvent(sequence, text, List.of(7), logprobs, false));
            });
            return this;
        }

        Run say(String... texts) {
            for (String text : texts) {
                say(0, text);
            }
            return this;
        }

        Run end(int sequence, FinishReason reason) {
            decodeThread.execute(() -> {
                ends.add(new SequenceEnd(sequence, reason, Optional.empty(), tokens));
                listener.onSequenceEnd(ends.getLast());
            });
            return this;
        }

        /** Waits until all of the above was heard. */
        void settle() throws Exception {
            decodeThread.submit(() -> {}).get(10, TimeUnit.SECONDS);
        }

        void done() {
            finish(Optional.empty());
        }

        void stop() {
            end(0, FinishReason.STOP).done();
        }

        void fail(EngineException exception) {
            end(0, FinishReason.ERROR).finish(Optional.of(exception));
        }

        private void finish(Optional<EngineException> failure) {
            decodeThread.execute(
                    () -> listener.onDone(new GenerationResult(ends, new Usage(promptTokens(), tokens), 0, failure)));
        }

        @Override
        public int promptTokens() {
            return 5;
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }
    }

    static TokenLogprob logprob(String text, double logprob, int top) {
        TokenText token = new TokenText(7, text.getBytes(StandardCharsets.UTF_8));
        List<TokenLogprob.Alternative> alternatives = new ArrayList<>();
        for (int i = 0; i < top; i++) {
            alternatives.add(new TokenLogprob.Alternative(
                    new TokenText(i, ("t" + i).getBytes(StandardCharsets.UTF_8)), -1.0 - i));
        }
        return new TokenLogprob(token, OptionalDouble.of(logprob), alternatives);
    }

    @Override
    public ModelDescription description() {
        return new ModelDescription(
                ModelKind.LANGUAGE,
                "fake",
                "0123456789abcdef",
                "tok",
                1000,
                512,
                256,
                0,
                "float32",
                Set.of(Capability.CHAT, Capability.COMPLETION));
    }

    @Override
    public EngineLoad load() {
        return load;
    }

    @Override
    public Sampling defaultSampling() {
        return Sampling.plain();
    }

    @Override
    public Generation generate(GenerationRequest request, GenerationListener listener) {
        refusal.ifPresent(exception -> {
            throw exception;
        });
        Run run = new Run(request, listener);
        accepted.add(run);
        script.accept(run);
        return run;
    }

    @Override
    public String render(Prompt.Chat conversation) {
        return conversation.toString();
    }

    @Override
    public List<Integer> tokenize(Prompt prompt) {
        return List.of(1, 2, 3, 4, 5);
    }

    @Override
    public int countTokens(Prompt prompt) {
        return 5;
    }

    @Override
    public String detokenize(List<Integer> ids) {
        return "x".repeat(ids.size());
    }

    @Override
    public void close() {
        decodeThread.shutdownNow();
    }
}
