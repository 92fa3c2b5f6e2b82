package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoopMemoryTest {
    private static final byte[] BODY =
            "{\"model\":\"m\",\"messages\":[{\"content\":\"x\"}]}".getBytes(StandardCharsets.UTF_8);

    private final LoopMemory memory = new LoopMemory();

    @Test
    void aRequestIsReadOnceAndNotAsOneOfAnotherEndpoint() {
        MockRequest request = memory.request(MockEndpoint.CHAT, BODY);
        assertSame(request, memory.request(MockEndpoint.CHAT, BODY.clone()));
        assertThrows(MockRequestRefusedException.class, () -> memory.request(MockEndpoint.EMBEDDING, BODY));
    }

    @Test
    void anAnswerIsThatOfItsKey() {
        MockRequest request = memory.request(MockEndpoint.CHAT, BODY);
        Question question = new Question(new AnswerKey(1, 4), 16, 3, MockEndpoint.CHAT, request);
        Rendered answer = memory.answer(question);
        assertSame(answer, memory.answer(new Question(new AnswerKey(1, 4), 16, 3, MockEndpoint.CHAT, request)));
        assertNotSame(answer, memory.answer(new Question(new AnswerKey(2, 4), 16, 3, MockEndpoint.CHAT, request)));
        assertNotSame(answer, memory.answer(new Question(new AnswerKey(1, 4), 17, 3, MockEndpoint.CHAT, request)));
    }

    @Test
    void whatWasAskedForLastIsKept() {
        List<String> made = new ArrayList<>();
        WeightedCache<String, String> cache = new WeightedCache<>(40, (key, value) -> 10);
        for (String key : List.of("a", "b", "c", "d", "a", "e", "a", "b")) {
            cache.get(key, missing -> {
                made.add(missing);
                return missing;
            });
            assertTrue(cache.bytes() <= 40);
        }
        assertEquals(List.of("a", "b", "c", "d", "e", "b"), made);
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        WeightedCache<String, String> cache = new WeightedCache<>(40, (key, value) -> 11);
        cache.get("a", key -> key);
        assertEquals(0, cache.bytes());
    }
}
