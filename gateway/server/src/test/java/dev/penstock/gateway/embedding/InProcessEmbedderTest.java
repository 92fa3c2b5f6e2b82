package dev.penstock.gateway.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.embedding.EmbeddingRequest;
import dev.penstock.engine.embedding.EmbeddingResult;
import dev.penstock.gateway.embedding.EmbeddingMissedException.Reason;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class InProcessEmbedderTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final EmbeddingCounts counts = new EmbeddingCounts();

    static Path model() {
        return Path.of(System.getProperty("penstock.root", "../.."), "worker/models/target/models/all-MiniLM-L6-v2");
    }

    private InProcessEmbedder over(Function<EmbeddingRequest, CompletableFuture<EmbeddingResult>> answers) {
        return InProcessEmbedder.over(new ScriptedModel(answers), counts);
    }

    private static Reason missed(Future<float[]> vector) {
        Throwable failure = assertThrows(
                        CompletionException.class,
                        () -> vector.toCompletionStage().toCompletableFuture().join())
                .getCause();
        return assertInstanceOf(EmbeddingMissedException.class, failure).reason();
    }

    private static float[] made(Future<float[]> vector) {
        return vector.toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void vectorsOfTheRealModelAreOfLengthOneAndNearForLikeTexts() {
        try (InProcessEmbedder embedder = InProcessEmbedder.load(model(), counts)) {
            float[] cat = made(embedder.embed("a cat sleeps", LONG));
            float[] kitten = made(embedder.embed("a kitten is asleep", LONG));
            float[] steel = made(embedder.embed("the price of steel", LONG));
            assertEquals(384, cat.length);
            assertEquals(1, dot(cat, cat), 1e-5);
            assertTrue(dot(cat, kitten) > 0.6, () -> "cosine " + dot(cat, kitten));
            assertTrue(dot(cat, steel) < 0.3, () -> "cosine " + dot(cat, steel));
            assertEquals(3, counts.made());
        }
    }

    @Test
    void aLongTextIsOfItsBeginningAndEnd() {
        List<String> asked = new ArrayList<>();
        try (InProcessEmbedder embedder = over(request -> {
            asked.add(request.inputs().toString());
            return CompletableFuture.completedFuture(ScriptedModel.vector(1, 0));
        })) {
            made(embedder.embed("begin " + "x".repeat(100_000) + " end", LONG));
        }
        assertTrue(asked.getFirst().contains("begin") && asked.getFirst().contains("end"), asked::toString);
        assertTrue(asked.getFirst().length() < EmbeddedText.MAX_CHARS + 32, asked::toString);
    }

    @Test
    void surrogatesAreNotTornApart() {
        String cut = EmbeddedText.of("a" + "\uD83D\uDE00".repeat(1_000));
        assertTrue(cut.length() <= EmbeddedText.MAX_CHARS + 1);
        assertEquals(
                cut,
                new String(
                        cut.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void whatComesTooLateIsCancelled() {
        CompletableFuture<EmbeddingResult> never = new CompletableFuture<>();
        try (InProcessEmbedder embedder = over(request -> never)) {
            assertEquals(Reason.LATE, missed(embedder.embed("text", Duration.ofMillis(20))));
            assertThrows(java.util.concurrent.CancellationException.class, never::join);
        }
        assertEquals(1, counts.missed(Reason.LATE));
        assertEquals(0, counts.made());
    }

    @Test
    void beyondTheQueueTextsAreRefusedAtOnce() throws InterruptedException {
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        InProcessEmbedder embedder = over(request -> {
            taken.countDown();
            await(free);
            return CompletableFuture.completedFuture(ScriptedModel.vector(1, 0));
        });
        List<Future<float[]>> asked = new ArrayList<>();
        asked.add(embedder.embed("text", LONG));
        taken.await(); // the thread holds it: from now on they queue
        for (int i = 0; i < InProcessEmbedder.MAX_WAITING; i++) {
            asked.add(embedder.embed("text", LONG));
        }
        assertEquals(Reason.BUSY, missed(embedder.embed("one too many", LONG)));
        free.countDown();
        asked.forEach(InProcessEmbedderTest::made);
        assertEquals(1, counts.missed(Reason.BUSY));
        assertEquals(InProcessEmbedder.MAX_WAITING + 1, counts.made());
        embedder.close();
    }

    @Test
    void whatTheModelRefusesIsNoVector() {
        try (InProcessEmbedder embedder = over(request -> {
            throw new EngineBusyException(1, 1);
        })) {
            assertEquals(Reason.BUSY, missed(embedder.embed("text", LONG)));
        }
        try (InProcessEmbedder embedder =
                over(request -> CompletableFuture.failedFuture(new IllegalStateException()))) {
            assertEquals(Reason.FAILED, missed(embedder.embed("text", LONG)));
        }
        assertEquals(1, counts.missed(Reason.FAILED));
    }

    @Test
    void whatIsNoModelIsNamed() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> InProcessEmbedder.load(Path.of("no", "such"), counts));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("embedding model no/such: "), refused.getMessage());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    static float dot(float[] a, float[] b) {
        float dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
        }
        return dot;
    }
}
