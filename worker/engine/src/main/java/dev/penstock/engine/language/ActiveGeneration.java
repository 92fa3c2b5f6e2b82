package dev.penstock.engine.language;

import dev.penstock.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A generation in the engine. But for {@link #cancel} and {@link #promptTokens}, for the decode thread only. */
final class ActiveGeneration implements Generation {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveGeneration.class);

    private final GenerationRequest request;
    private final int[] prompt;
    private final String promptText;
    private final GenerationListener listener;
    private final Runnable wake;
    private final long acceptedNanos;
    private final List<SequenceEnd> ends = new ArrayList<>();
    private List<ActiveSequence> sequences = List.of();
    private Optional<EngineException> failure = Optional.empty();
    private long queueNanos;
    private boolean broken;
    private volatile boolean cancelled;

    ActiveGeneration(
            GenerationRequest request,
            int[] prompt,
            String promptText,
            GenerationListener listener,
            long acceptedNanos,
            Runnable wake) {
        this.request = request;
        this.prompt = prompt;
        this.promptText = promptText;
        this.listener = listener;
        this.acceptedNanos = acceptedNanos;
        this.wake = wake;
    }

    @Override
    public int promptTokens() {
        return prompt.length;
    }

    @Override
    public void cancel() {
        cancelled = true;
        wake.run();
    }

    boolean isCancelled() {
        return cancelled;
    }

    GenerationRequest request() {
        return request;
    }

    int[] prompt() {
        return prompt;
    }

    /** The prompt as it is echoed; empty where it is not. */
    String promptText() {
        return promptText;
    }

    List<ActiveSequence> sequences() {
        return sequences;
    }

    /** Leaves the queue. */
    void start(List<ActiveSequence> started, long nanos) {
        sequences = List.copyOf(started);
        queueNanos = nanos - acceptedNanos;
    }

    void onToken(TokenEvent event) {
        tell(() -> listener.onToken(event));
    }

    void onSequenceEnd(SequenceEnd end) {
        ends.add(end);
        tell(() -> listener.onSequenceEnd(end));
        if (ends.size() == request.sequences()) {
            ends.sort((a, b) -> Integer.compare(a.sequence(), b.sequence()));
            int completionTokens =
                    ends.stream().mapToInt(SequenceEnd::completionTokens).sum();
            Usage usage = new Usage(prompt.length, completionTokens);
            tell(() -> listener.onDone(new GenerationResult(ends, usage, queueNanos, failure)));
        }
    }

    /** How many of its sequences have not ended. */
    int running() {
        return request.sequences() - ends.size();
    }

    /** Ends whatever has not ended. */
    void endAll(FinishReason reason, Optional<EngineException> why) {
        if (running() == 0) {
            return;
        }
        failure = why;
        if (sequences.isEmpty()) {
            for (int i = 0; i < request.sequences(); i++) {
                onSequenceEnd(new SequenceEnd(i, reason, Optional.empty(), 0));
            }
        }
        sequences.forEach(sequence -> sequence.end(reason));
    }

    /** A listener that throws has broken its contract: it hears nothing more, and others nothing of it. */
    private void tell(Runnable call) {
        if (broken) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("a generation listener failed; its generation is cancelled", e);
            broken = true;
            cancelled = true;
        }
    }
}
