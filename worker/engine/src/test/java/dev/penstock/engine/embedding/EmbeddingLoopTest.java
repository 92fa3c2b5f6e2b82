package dev.penstock.engine.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.EngineClosedException;
import dev.penstock.engine.InferenceException;
import dev.penstock.engine.PromptTokens;
import dev.penstock.engine.embedding.EmbeddingJob.Item;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class EmbeddingLoopTest {
    private static final int BAD = 13;
    private static final int FATAL = 14;

    /** Gives the first token id as the vector, and fails over some. */
    private static final class ScriptedEncoder implements Encoder {
        private final Semaphore runs = new Semaphore(0);
        private final Semaphore wanted = new Semaphore(0);
        private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());

        @Override
        public List<float[]> run(List<int[]> batch) {
            wanted.release();
            runs.acquireUninterruptibly();
            sizes.add(batch.size());
            for (int[] ids : batch) {
                if (ids[0] == BAD) {
                    throw new IllegalStateException("out of the vocabulary");
                }
                if (ids[0] == FATAL) {
                    throw new StackOverflowError("a failure that is not to be handled");
                }
            }
            return batch.stream().map(ids -> new float[] {ids[0], 1}).toList();
        }

        @Override
        public void close() {}
    }

    private final ScriptedEncoder encoder = new ScriptedEncoder();

    private EmbeddingLoop loop() {
        EmbeddingLoop loop = new EmbeddingLoop("test", encoder, false, EmbeddingOptions.defaults());
        loop.start();
        return loop;
    }

    private static EmbeddingJob submit(EmbeddingLoop loop, int... firsts) {
        EmbeddingJob job = new EmbeddingJob(firsts.length, 2);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < firsts.length; i++) {
            items.add(new Item(job, i, new int[] {firsts[i]}, false, false));
        }
        loop.submit(items);
        return job;
    }

    private static void assertFailed(EmbeddingJob job) {
        CompletionException failure =
                assertThrows(CompletionException.class, () -> job.future().join());
        assertInstanceOf(InferenceException.class, failure.getCause());
    }

    @Test
    void oneBadTextDoesNotFailTheBatch() {
        try (EmbeddingLoop loop = loop()) {
            EmbeddingJob first = submit(loop, 1);
            EmbeddingJob good = submit(loop, 2, 3);
            EmbeddingJob bad = submit(loop, BAD, 4);
            EmbeddingJob after = submit(loop, 5);
            encoder.runs.release(100);
            for (EmbeddingJob job : List.of(first, good, after)) {
                job.future().join();
            }
            assertArrayEquals(
                    new float[] {3, 1}, good.future().join().embeddings().get(1).vector());
            assertFailed(bad);
            assertTrue(encoder.sizes.stream().anyMatch(size -> size > 1), encoder.sizes::toString);
            assertTrue(loop.alive());
        }
    }

    @Test
    void tokensLeftAndComputedAddUp() {
        try (EmbeddingLoop loop = loop()) {
            EmbeddingJob first = submit(loop, 1);
            encoder.wanted.acquireUninterruptibly();
            EmbeddingJob cancelled = submit(loop, 2, 3);
            EmbeddingJob bad = submit(loop, BAD);
            EmbeddingJob last = submit(loop, 4, 5);
            PromptTokens queued = loop.load().prompts();
            cancelled.future().cancel(false);
            encoder.runs.release(1);
            first.future().join();
            encoder.wanted.acquireUninterruptibly();
            PromptTokens withoutCancelled = loop.load().prompts();
            encoder.runs.release(100);
            last.future().join();
            assertFailed(bad);
            assertEquals(new PromptTokens(6, 0), queued);
            assertEquals(new PromptTokens(3, 1), withoutCancelled);
            assertEquals(new PromptTokens(0, 3), loop.load().prompts());
        }
    }

    @Test
    void aLoopThatDiesLeavesNobodyWaiting() {
        EmbeddingLoop loop = loop();
        EmbeddingJob running = submit(loop, FATAL);
        EmbeddingJob waiting = submit(loop, 1);
        assertTrue(loop.alive());
        encoder.runs.release(1);
        assertFailed(running);
        assertFailed(waiting);
        assertFalse(loop.alive());
        assertThrows(EngineClosedException.class, () -> submit(loop, 1));
        loop.close();
        assertEquals(0, loop.load().queued());
        assertEquals(new PromptTokens(0, 0), loop.load().prompts());
    }
}
