package dev.penstock.engine.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.Capability;
import dev.penstock.engine.ContextLengthException;
import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.EngineClosedException;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelKind;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.engine.UnsupportedRequestException;
import dev.penstock.engine.tensor.GraphSignature;
import dev.penstock.engine.tensor.GraphSignature.TensorSignature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** all-MiniLM-L6-v2, quantised to int8, in the sentence-transformers layout. */
final class EmbeddingModelTest {
    private static final String CONFIG = """
            {"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 384,
             "max_position_embeddings": 512, "vocab_size": 30522%s}
            """;

    @TempDir
    private static Path directory;

    private static @Nullable EmbeddingModel loaded;

    @BeforeAll
    static void load() throws IOException {
        copyResource("/all-minilm-l6-v2-q.onnx", "model.onnx");
        copyResource("/all-minilm-l6-v2-q-tokenizer.json", "tokenizer.json");
        Files.createDirectories(directory.resolve("1_Pooling"));
        write("config.json", CONFIG.formatted(""));
        write("sentence_bert_config.json", "{\"max_seq_length\":256}");
        write("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\":true,\"pooling_mode_cls_token\":false}");
        write("modules.json", "[{\"type\":\"sentence_transformers.models.Normalize\"}]");
        loaded = EmbeddingModel.load(ModelDirectory.open(directory), EmbeddingOptions.defaults());
    }

    private static void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private static void copyResource(String from, String to) throws IOException {
        try (InputStream in = EmbeddingModelTest.class.getResourceAsStream(from)) {
            if (in == null) {
                throw new IOException(from + " is not on the class path");
            }
            Files.copy(in, directory.resolve(to));
        }
    }

    @AfterAll
    static void close() {
        model().close();
    }

    private static EmbeddingModel model() {
        if (loaded == null) {
            throw new IllegalStateException("not loaded");
        }
        return loaded;
    }

    private static float[] vector(String text) {
        return model().embedAlone(EmbeddingRequest.of(text))
                .join()
                .embeddings()
                .getFirst()
                .vector();
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void describesItself() {
        assertEquals(ModelKind.EMBEDDING, model().description().kind());
        assertEquals(384, model().description().embeddingDimensions());
        assertEquals(256, model().description().contextLength());
        long parameters = model().description().parameterCount();
        assertTrue(parameters > 21_000_000 && parameters < 25_000_000, "parameters " + parameters);
        assertTrue(model().description().can(Capability.EMBEDDING));
        assertFalse(model().description().can(Capability.EMBEDDING_DIMENSIONS));
    }

    /** The float32 model gives 0.94, 0.69 and 0.26. */
    @Test
    void similarityIsThatOfTheOriginal() {
        float[] source = vector("That is a happy person");
        assertEquals(1, cosine(source, source), 1e-5);
        assertEquals(0.94, cosine(source, vector("That is a very happy person")), 0.03);
        assertEquals(0.69, cosine(source, vector("That is a happy dog")), 0.05);
        assertEquals(0.26, cosine(source, vector("Today is a sunny day")), 0.06);
    }

    @Test
    void batchedTextsKeepTheirPlacesAndNearlyTheirVectors() {
        List<String> texts = IntStream.range(0, 40)
                .mapToObj(i -> "Text number " + i + " says something" + " more".repeat(i % 7 * 5))
                .toList();
        List<CompletableFuture<EmbeddingResult>> futures = new ArrayList<>();
        for (int i = 0; i < texts.size(); i += 4) {
            String[] four = texts.subList(i, i + 4).toArray(String[]::new);
            futures.add(model().embed(EmbeddingRequest.of(four)));
        }
        for (int i = 0; i < texts.size(); i++) {
            Embedding embedding = futures.get(i / 4).join().embeddings().get(i % 4);
            double cosine = cosine(vector(texts.get(i)), embedding.vector());
            assertTrue(cosine > 0.98, "text " + i + ": " + cosine);
            assertEquals(model().countTokens(new EmbeddingInput.Text(texts.get(i))), embedding.tokens());
        }
    }

    @Test
    void aloneTheVectorIsTheSameBitForBit() {
        float[] first = vector("Once more");
        List<CompletableFuture<EmbeddingResult>> noise = IntStream.range(0, 8)
                .mapToObj(i -> model().embed(EmbeddingRequest.of("noise " + i)))
                .toList();
        assertArrayEquals(first, vector("Once more"));
        noise.forEach(CompletableFuture::join);
    }

    @Test
    void tokenIdsAreTakenAsTheyAre() {
        // [CLS] hello world [SEP]
        EmbeddingInput ids = new EmbeddingInput.Tokens(List.of(101, 7592, 2088, 102));
        EmbeddingRequest request = new EmbeddingRequest(List.of(ids), OptionalInt.empty(), true);
        EmbeddingResult result = model().embedAlone(request).join();
        assertEquals(4, result.tokens());
        assertArrayEquals(vector("hello world"), result.embeddings().getFirst().vector());
    }

    @Test
    void longInputsAreCutOrRefused() {
        String text = "word ".repeat(1000);
        EmbeddingResult cut = model().embed(EmbeddingRequest.of(text)).join();
        assertTrue(cut.embeddings().getFirst().truncated());
        assertEquals(256, cut.tokens());
        EmbeddingRequest strict =
                new EmbeddingRequest(List.of(new EmbeddingInput.Text(text)), OptionalInt.empty(), false);
        ContextLengthException error = assertThrows(ContextLengthException.class, () -> model().embed(strict));
        assertEquals(1002, error.promptTokens());
        assertEquals(256, error.contextLength());
        EmbeddingRequest huge = EmbeddingRequest.of("x ".repeat(5_000_000));
        assertEquals(256, model().embed(huge).join().tokens());
    }

    @Test
    void whatTheModelCannotDoIsRefused() {
        EmbeddingRequest shorter =
                new EmbeddingRequest(List.of(new EmbeddingInput.Text("a")), OptionalInt.of(64), true);
        UnsupportedRequestException error =
                assertThrows(UnsupportedRequestException.class, () -> model().embed(shorter));
        assertEquals("dimensions", error.parameter());
        EmbeddingRequest empty = EmbeddingRequest.of("");
        assertThrows(InvalidRequestException.class, () -> model().embed(empty));
        EmbeddingRequest unknown =
                new EmbeddingRequest(List.of(new EmbeddingInput.Tokens(List.of(30522))), OptionalInt.empty(), true);
        assertThrows(InvalidRequestException.class, () -> model().embed(unknown));
    }

    private static void copyModel(Path to) throws IOException {
        for (String name : List.of("model.onnx", "tokenizer.json", "modules.json", "config.json")) {
            Files.copy(directory.resolve(name), to.resolve(name));
        }
    }

    /** The graph's own table decides: config.json may promise more than there is. */
    @Test
    void tokensBeyondTheTableAreRefused(@TempDir Path nested) throws IOException {
        copyModel(nested);
        Files.writeString(nested.resolve("config.json"), CONFIG.formatted("").replace("30522", "99999"));
        String tokenizer = Files.readString(nested.resolve("tokenizer.json"));
        String added = "{\"id\":30522,\"content\":\"[ADDED]\",\"single_word\":false,\"lstrip\":false,"
                + "\"rstrip\":false,\"normalized\":false,\"special\":true},";
        Files.writeString(
                nested.resolve("tokenizer.json"),
                tokenizer.replaceFirst("(\"added_tokens\"\\s*:\\s*\\[)", "$1" + added));
        try (EmbeddingModel model = EmbeddingModel.load(ModelDirectory.open(nested), EmbeddingOptions.defaults())) {
            assertEquals(30522, model.description().vocabularySize());
            for (EmbeddingInput input :
                    List.of(new EmbeddingInput.Tokens(List.of(30522)), new EmbeddingInput.Text("a [ADDED] b"))) {
                EmbeddingRequest request = new EmbeddingRequest(List.of(input), OptionalInt.empty(), true);
                InvalidRequestException error = assertThrows(InvalidRequestException.class, () -> model.embed(request));
                assertEquals("input", error.parameter());
                assertTrue(error.toString().contains("30522 (expected: a token id from 0 to 30521)"), error::toString);
            }
            assertTrue(model.alive());
        }
    }

    @Test
    void stepsOutsideOfTheGraphThatAreNotKnownAreRefused(@TempDir Path nested) throws IOException {
        copyModel(nested);
        Files.writeString(nested.resolve("modules.json"), """
                [{"type": "sentence_transformers.models.Transformer"}, {"type": "sentence_transformers.models.Pooling"},
                 {"type": "sentence_transformers.models.Dense"}, {"type": "sentence_transformers.models.Normalize"}]
                """);
        ModelLoadException error = assertThrows(
                ModelLoadException.class,
                () -> EmbeddingModel.load(ModelDirectory.open(nested), EmbeddingOptions.defaults()));
        assertEquals(nested.resolve("modules.json"), error.file());
        assertTrue(error.toString().contains("sentence_transformers.models.Dense (expected: "), error::toString);
    }

    @Test
    void stepsInsideOfTheGraphMayBeAny(@TempDir Path nested) throws IOException {
        copyModel(nested);
        Files.writeString(nested.resolve("modules.json"), "[{\"type\": \"sentence_transformers.models.Dense\"}]");
        ModelDirectory opened = ModelDirectory.open(nested);
        GraphSignature whole = new GraphSignature(
                List.of(),
                List.of(new TensorSignature("sentence_embedding", "float32", List.of(-1L, 384L))),
                1,
                "float32",
                OptionalLong.empty());
        EmbeddingSettings settings = EmbeddingSettings.read(opened);
        settings.checkModules(opened, whole);
        assertEquals(30522, settings.vocabularySize(opened, whole), "by config.json");
        Files.writeString(nested.resolve("config.json"), CONFIG.formatted("").replace("vocab_size", "other"));
        assertEquals(30522, settings.vocabularySize(ModelDirectory.open(nested), whole), "by the tokenizer");
    }

    @Test
    void shorterVectorsAreScaledAnew(@TempDir Path nested) throws IOException {
        for (String name : List.of("model.onnx", "tokenizer.json", "modules.json")) {
            Files.copy(directory.resolve(name), nested.resolve(name));
        }
        Files.writeString(nested.resolve("config.json"), CONFIG.formatted(", \"matryoshka_dimensions\": [64, 384]"));
        try (EmbeddingModel model = EmbeddingModel.load(ModelDirectory.open(nested), EmbeddingOptions.defaults())) {
            assertTrue(model.description().can(Capability.EMBEDDING_DIMENSIONS));
            EmbeddingRequest request =
                    new EmbeddingRequest(List.of(new EmbeddingInput.Text("short")), OptionalInt.of(64), true);
            float[] vector = model.embed(request).join().embeddings().getFirst().vector();
            assertEquals(64, vector.length);
            assertEquals(1, cosine(vector, vector), 1e-5);
            assertTrue(vector[3] * vector("short")[3] > 0);
        }
    }

    @Test
    void theQueueIsBoundedAndClosingFailsWhatWaits() {
        EmbeddingOptions small =
                new EmbeddingOptions(EmbeddingOptions.defaults().runtime(), 1, 300, 3);
        EmbeddingModel narrow = EmbeddingModel.load(ModelDirectory.open(directory), small);
        String text = "a text of some length ".repeat(20);
        EmbeddingRequest four = EmbeddingRequest.of(text, text, text, text);
        assertThrows(EngineBusyException.class, () -> narrow.embed(four));
        List<CompletableFuture<EmbeddingResult>> futures = new ArrayList<>();
        EngineBusyException busy = assertThrows(EngineBusyException.class, () -> {
            for (int i = 0; i < 100_000; i++) {
                futures.add(narrow.embed(EmbeddingRequest.of(text)));
            }
        });
        assertEquals(3, busy.queued());
        narrow.close();
        CompletionException failure =
                assertThrows(CompletionException.class, () -> futures.getLast().join());
        assertInstanceOf(EngineClosedException.class, failure.getCause());
        assertFalse(narrow.alive());
        EmbeddingRequest late = EmbeddingRequest.of("a");
        assertThrows(EngineClosedException.class, () -> narrow.embed(late));
    }
}
