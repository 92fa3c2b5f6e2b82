package dev.penstock.engine.language;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A listener that keeps events until their reader comes for them, which may be on another thread and late.
 *
 * <p>The signal is given when the first event arrives in an empty mailbox, and not again until the reader has emptied
 * it, so a reader on an event loop is woken once for all that came meanwhile. Events of one sequence that the reader
 * left waiting are merged into one: the mailbox holds at most {@code limit} events for each sequence, and the text of a
 * slow reader costs no more than the text itself.
 */
public final class EventMailbox implements GenerationListener {
    /** What a mailbox holds, in order of arrival. */
    public sealed interface Item {
        /** More text. */
        record Token(TokenEvent event) implements Item {}

        /** One completion ended. */
        record End(SequenceEnd end) implements Item {}

        /** All ended; nothing follows. */
        record Done(GenerationResult result) implements Item {}
    }

    private final Runnable signal;
    private final int limit;
    private final Deque<Item> items = new ArrayDeque<>();
    private final Map<Integer, Integer> waiting = new HashMap<>();
    private final Map<Integer, TokenEvent> overflow = new HashMap<>();

    /**
     * An empty mailbox.
     *
     * @param limit events kept for each sequence before they are merged, at least 1
     * @param signal called on the decode thread; must not block
     */
    public EventMailbox(int limit, Runnable signal) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        this.limit = limit;
        this.signal = signal;
    }

    @Override
    public void onToken(TokenEvent event) {
        boolean wasEmpty;
        synchronized (items) {
            wasEmpty = items.isEmpty();
            int count = waiting.merge(event.sequence(), 1, Integer::sum);
            if (count <= limit || event.echo()) {
                items.add(new Item.Token(event));
            } else {
                overflow.merge(event.sequence(), event, TokenEvent::merge);
            }
        }
        if (wasEmpty) {
            signal.run();
        }
    }

    @Override
    public void onSequenceEnd(SequenceEnd end) {
        add(new Item.End(end), Optional.of(end.sequence()));
    }

    @Override
    public void onDone(GenerationResult result) {
        add(new Item.Done(result), Optional.empty());
    }

    private void add(Item item, Optional<Integer> sequence) {
        boolean wasEmpty;
        synchronized (items) {
            wasEmpty = items.isEmpty();
            sequence.map(overflow::remove).ifPresent(event -> items.add(new Item.Token(event)));
            items.add(item);
        }
        if (wasEmpty) {
            signal.run();
        }
    }

    /** All that has arrived, in order for each sequence; empty where nothing has. The next arrival signals again. */
    public List<Item> drain() {
        synchronized (items) {
            List<Item> all = new ArrayList<>(items);
            overflow.values().forEach(event -> all.add(new Item.Token(event)));
            items.clear();
            overflow.clear();
            waiting.clear();
            return all;
        }
    }
}
