package dev.penstock.engine.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A listener that keeps everything, and checks the order of what it hears. */
final class Recorder implements GenerationListener {
    private final CountDownLatch done = new CountDownLatch(1);
    private final List<TokenEvent> events = new ArrayList<>();
    private final Map<Integer, SequenceEnd> ends = new HashMap<>();
    private @Nullable GenerationResult result;
    private Runnable onToken = () -> {};
    private Runnable onDone = () -> {};

    /** Calls this after each event, on the decode thread. */
    Recorder onEachToken(Runnable action) {
        onToken = action;
        return this;
    }

    /** Calls this at the end, on the decode thread. */
    Recorder onDone(Runnable action) {
        onDone = action;
        return this;
    }

    @Override
    public synchronized void onToken(TokenEvent event) {
        assertTrue(!ends.containsKey(event.sequence()) && result == null, "an event after the end");
        events.add(event);
        onToken.run();
    }

    @Override
    public synchronized void onSequenceEnd(SequenceEnd end) {
        assertEquals(null, ends.put(end.sequence(), end), "a second end");
    }

    @Override
    public synchronized void onDone(GenerationResult value) {
        assertEquals(null, result, "done twice");
        assertEquals(value.ends().size(), ends.size());
        result = value;
        onDone.run();
        done.countDown();
    }

    GenerationResult await() {
        try {
            assertTrue(done.await(60, TimeUnit.SECONDS), "the generation did not end");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        GenerationResult value = result;
        assertNotNull(value);
        return value;
    }

    synchronized List<TokenEvent> events() {
        return List.copyOf(events);
    }

    String text() {
        return text(0);
    }

    String text(int sequence) {
        StringBuilder text = new StringBuilder();
        events().stream().filter(event -> event.sequence() == sequence).forEach(event -> text.append(event.text()));
        return text.toString();
    }

    List<Integer> ids(int sequence) {
        return events().stream()
                .filter(event -> event.sequence() == sequence && !event.echo())
                .flatMap(event -> event.tokenIds().stream())
                .toList();
    }

    List<Integer> ids() {
        return ids(0);
    }

    List<TokenLogprob> logprobs() {
        return events().stream().flatMap(event -> event.logprobs().stream()).toList();
    }

    FinishReason reason() {
        return await().ends().getFirst().reason();
    }
}
