package dev.penstock.worker.http;

import dev.penstock.engine.EngineException;
import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.TokenEvent;
import dev.penstock.engine.language.TokenLogprob;
import dev.penstock.engine.language.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a model's decode thread leaves for the event loop of a stream. One wake-up is asked for all that comes until the
 * loop has taken it. While the reader is slow, text of one choice is joined into one piece, and there is a bound.
 */
final class StreamInbox implements GenerationGroup.Hearer {
    private static final int PIECE_BYTES = 64;
    private static final int LOGPROB_BYTES = 96;

    private final int bytesLimit;
    private final Runnable wakeUp;
    private final Piece[] lastPieces;
    private List<Item> items = new ArrayList<>();
    private long bytes;
    private boolean awake;
    private boolean held;
    private boolean overfull;

    /** What an inbox holds. */
    sealed interface Item {
        /** One choice ended. */
        record End(int choice, FinishReason reason) implements Item {}

        /** All ended. */
        record Done(Usage usage, Optional<EngineException> failure) implements Item {}
    }

    /** Text of one choice, and log probabilities where they were asked for. */
    static final class Piece implements Item {
        private final int choice;
        private String text;
        private List<TokenLogprob> logprobs;
        private StringBuilder joined = new StringBuilder(0);

        private Piece(int choice, TokenEvent event) {
            this.choice = choice;
            this.text = event.text();
            this.logprobs = event.logprobs();
        }

        private void join(TokenEvent event) {
            if (joined.isEmpty()) {
                joined = new StringBuilder(text);
            }
            joined.append(event.text());
            if (!event.logprobs().isEmpty()) {
                if (!(logprobs instanceof ArrayList)) {
                    logprobs = new ArrayList<>(logprobs);
                }
                logprobs.addAll(event.logprobs());
            }
        }

        int choice() {
            return choice;
        }

        String text() {
            if (!joined.isEmpty()) {
                text = joined.toString();
            }
            return text;
        }

        List<TokenLogprob> logprobs() {
            return logprobs;
        }
    }

    /**
     * An empty inbox.
     *
     * @param bytesLimit about how much may wait while it is held
     * @param wakeUp asks the event loop to {@link #take}; called on the decode thread
     */
    StreamInbox(int choices, int bytesLimit, Runnable wakeUp) {
        this.bytesLimit = bytesLimit;
        this.wakeUp = wakeUp;
        this.lastPieces = new Piece[choices];
    }

    @Override
    public void text(int choice, TokenEvent event) {
        synchronized (this) {
            if (overfull) {
                return;
            }
            bytes += 2L * event.text().length();
            for (TokenLogprob logprob : event.logprobs()) {
                bytes += (long) LOGPROB_BYTES * (1 + logprob.top().size());
            }
            Piece last = lastPieces[choice];
            if (held && last != null) {
                last.join(event);
            } else {
                bytes += PIECE_BYTES;
                lastPieces[choice] = new Piece(choice, event);
                items.add(lastPieces[choice]);
            }
            overfull = held && bytes > bytesLimit;
        }
        wake();
    }

    @Override
    public void end(int choice, FinishReason reason) {
        add(new Item.End(choice, reason));
    }

    @Override
    public void done(Usage usage, Optional<EngineException> failure) {
        add(new Item.Done(usage, failure));
    }

    private void add(Item item) {
        synchronized (this) {
            items.add(item);
        }
        wake();
    }

    private void wake() {
        synchronized (this) {
            if (awake || (held && !overfull)) {
                return;
            }
            awake = true;
        }
        wakeUp.run();
    }

    /** All that has come, in order for each choice. What comes next wakes the reader again. */
    synchronized List<Item> take() {
        List<Item> taken = items;
        items = new ArrayList<>();
        java.util.Arrays.fill(lastPieces, null);
        bytes = 0;
        awake = false;
        held = false;
        return taken;
    }

    /** The reader is slow: what comes is kept, and wakes nobody until it is too much. */
    synchronized void hold() {
        held = true;
        awake = false;
    }

    /** Whether more came while it was held than may wait; the rest was dropped. */
    synchronized boolean overfull() {
        return overfull;
    }
}
