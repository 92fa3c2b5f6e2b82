package dev.penstock.worker.http;

import dev.penstock.engine.EngineException;
import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.Generation;
import dev.penstock.engine.language.GenerationListener;
import dev.penstock.engine.language.GenerationRequest;
import dev.penstock.engine.language.GenerationResult;
import dev.penstock.engine.language.LanguageModel;
import dev.penstock.engine.language.SequenceEnd;
import dev.penstock.engine.language.TokenEvent;
import dev.penstock.engine.language.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The generations of one request, one for each of its prompts, heard as one. Thread safe; the hearer is called by one
 * thread at a time.
 */
final class GenerationGroup {
    private final LanguageModel model;
    private final GenerationCall call;
    private final Hearer hearer;
    private final List<Generation> generations = new ArrayList<>();
    private int waitingFor;
    private int promptTokens;
    private int promptTokensUsed;
    private int completionTokens;
    private Optional<EngineException> failure = Optional.empty();
    private boolean cancelled;
    private boolean refused;

    /** Hears all completions of a request, numbered through as its choices. Called on the decode thread: returns at once. */
    interface Hearer {
        void text(int choice, TokenEvent event);

        void end(int choice, FinishReason reason);

        /** All choices ended; called once, last. */
        void done(Usage usage, Optional<EngineException> failure);
    }

    GenerationGroup(LanguageModel model, GenerationCall call, Hearer hearer) {
        this.model = model;
        this.call = call;
        this.hearer = hearer;
        this.waitingFor = call.requests().size();
    }

    /**
     * Starts all generations, or none: where one is refused, those before it are cancelled and the hearer hears nothing
     * more. It may hear text before this returns.
     *
     * @throws EngineException as {@link LanguageModel#generate}
     */
    void start() {
        try {
            for (int prompt = 0; prompt < call.requests().size(); prompt++) {
                GenerationRequest request = call.requests().get(prompt);
                add(model.generate(request, new Part(prompt * call.sequences())));
            }
        } catch (EngineException refusal) {
            synchronized (this) {
                refused = true;
            }
            cancel();
            throw refusal;
        }
    }

    /** The engine is never called under the lock that its decode thread takes to be heard. */
    private void add(Generation generation) {
        boolean late;
        synchronized (this) {
            generations.add(generation);
            promptTokens += generation.promptTokens();
            late = cancelled;
        }
        if (late) {
            generation.cancel();
        }
    }

    /** Ends all generations before their next token; those yet to start, as soon as they have. */
    void cancel() {
        List<Generation> started;
        synchronized (this) {
            cancelled = true;
            started = List.copyOf(generations);
        }
        started.forEach(Generation::cancel);
    }

    /** What the request took so far: the prompts that were accepted, and what was generated, whoever heard it. */
    synchronized Usage used() {
        // A generation may be through before it was added.
        return new Usage(Math.max(promptTokens, promptTokensUsed), completionTokens);
    }

    private final class Part implements GenerationListener {
        private final int firstChoice;
        private int heardTokens;

        Part(int firstChoice) {
            this.firstChoice = firstChoice;
        }

        @Override
        public void onToken(TokenEvent event) {
            synchronized (GenerationGroup.this) {
                int tokens = event.echo() ? 0 : event.tokenIds().size();
                heardTokens += tokens;
                completionTokens += tokens;
                if (!refused) {
                    hearer.text(firstChoice + event.sequence(), event);
                }
            }
        }

        @Override
        public void onSequenceEnd(SequenceEnd end) {
            synchronized (GenerationGroup.this) {
                if (!refused) {
                    hearer.end(firstChoice + end.sequence(), end.reason());
                }
            }
        }

        @Override
        public void onDone(GenerationResult result) {
            synchronized (GenerationGroup.this) {
                promptTokensUsed += result.usage().promptTokens();
                // It knows of tokens that gave no text, too.
                completionTokens += result.usage().completionTokens() - heardTokens;
                failure = failure.or(result::failure);
                waitingFor--;
                if (waitingFor == 0 && !refused) {
                    hearer.done(new Usage(promptTokensUsed, completionTokens), failure);
                }
            }
        }
    }
}
