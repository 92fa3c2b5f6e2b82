package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.TestGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.embedding.Embedder;
import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A lookup that takes longer than the worker. */
class LateLookupTest {
    private static final String QUESTION = "How do I reset the password of my account?";

    private static HttpResponse<String> ask(TestGateway gateway, String question) throws Exception {
        return gateway.post(
                "/v1/chat/completions",
                "{\"model\":\"m\",\"temperature\":0.1,\"messages\":[{\"role\":\"user\",\"content\":\"" + question
                        + "\"}]}");
    }

    @Test
    void doesNotFindTheAnswerThatItsOwnRequestGot() throws Exception {
        Promise<float[]> held = Promise.promise();
        AtomicBoolean first = new AtomicBoolean(true);
        Embedder late = Memory.embedder((text, within) -> {
            return first.getAndSet(false) ? held.future() : Memory.WORDS.embed(text, within);
        });
        try (ScriptedWorker worker = new ScriptedWorker(CachingTest.answering("Under Settings."));
                Memory memory = new Memory("{semantic: {mode: shadow, deadline: 1s}}", late);
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            ask(gateway, QUESTION);
            memory.await(1);
            ask(gateway, "What is the fee?");
            memory.await(2); // and the first has its vector, since they are kept in order
            Memory.WORDS.embed(QUESTION, Duration.ZERO).onComplete(held);
            worker.script(x -> {
                eventually("looked up", () -> memory.line().orElseThrow().would() > 0);
                CachingTest.answering("Under Settings.").answer(x);
            });
            ask(gateway, "how do i reset the password of my account");
            eventually(
                    "the rewording is found", () -> memory.line().orElseThrow().checked() == 1);
            assertEquals(1, memory.line().orElseThrow().would());
        }
    }
}
