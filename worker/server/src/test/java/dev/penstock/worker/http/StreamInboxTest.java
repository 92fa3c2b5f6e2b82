package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.TokenEvent;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class StreamInboxTest {
    private final AtomicInteger wakeUps = new AtomicInteger();
    private final StreamInbox inbox = new StreamInbox(2, 1000, wakeUps::incrementAndGet);

    private void say(int choice, String text) {
        inbox.text(choice, new TokenEvent(choice, text, List.of(1), List.of(), false));
    }

    private static StreamInbox.Piece piece(StreamInbox.Item item) {
        return assertInstanceOf(StreamInbox.Piece.class, item);
    }

    @Test
    void wakesOnceForAllThatComes() {
        say(0, "a");
        say(0, "b");
        assertEquals(1, wakeUps.get());
        List<StreamInbox.Item> items = inbox.take();
        assertEquals(2, items.size());
        assertEquals("a", piece(items.getFirst()).text());
        say(0, "c");
        assertEquals(2, wakeUps.get());
    }

    @Test
    void joinsTextByChoiceWhileHeldAndKeepsEndsBehindIt() {
        inbox.hold();
        say(0, "a");
        say(1, "x");
        say(0, "b");
        inbox.end(0, FinishReason.STOP);
        assertEquals(0, wakeUps.get());
        List<StreamInbox.Item> items = inbox.take();

        assertEquals(3, items.size());
        assertEquals("ab", piece(items.get(0)).text());
        assertEquals("x", piece(items.get(1)).text());
        assertEquals(new StreamInbox.Item.End(0, FinishReason.STOP), items.get(2));
    }

    @Test
    void wakesWhenMoreIsHeldThanMayBe() {
        inbox.hold();
        for (int i = 0; i < 60; i++) {
            say(0, "12345678");
        }
        assertTrue(inbox.overfull());
        assertEquals(1, wakeUps.get());
    }

    @Test
    void aFastReaderIsNeverOverfull() {
        for (int i = 0; i < 1000; i++) {
            say(0, "12345678");
        }
        assertFalse(inbox.overfull());
    }
}
