package dev.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.embedding.EmbeddingModel;
import dev.penstock.engine.embedding.EmbeddingOptions;
import dev.penstock.engine.language.LanguageModel;
import dev.penstock.engine.language.LanguageOptions;
import dev.penstock.onnx.RandomModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelDirectoryTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        RandomModel.write(directory, RandomModel.llama(), 3);
    }

    private void assertRefused(String file, String... parts) {
        ModelLoadException error = assertThrows(ModelLoadException.class, () -> LanguageModel.load(
                        ModelDirectory.open(directory), LanguageOptions.defaults())
                .close());
        assertEquals(directory.resolve(file).normalize(), error.file());
        for (String part : parts) {
            assertTrue(error.toString().contains(part), error::toString);
        }
    }

    private void replace(String file, String from, String to) throws IOException {
        String content = Files.readString(directory.resolve(file));
        assertTrue(content.contains(from), () -> from + " is not in " + content);
        Files.writeString(directory.resolve(file), content.replace(from, to));
    }

    @Test
    void theModelMayLieInItsOwnFolder() throws IOException {
        Files.createDirectory(directory.resolve("onnx"));
        Files.move(directory.resolve("model.onnx"), directory.resolve("onnx/model.onnx"));
        ModelDirectory opened = ModelDirectory.open(directory);
        assertEquals(directory.resolve("onnx/model.onnx"), opened.modelFile());
        assertEquals(ModelKind.LANGUAGE, opened.kind());
        LanguageModel.load(opened, LanguageOptions.defaults()).close();
    }

    @Test
    void noDirectory() {
        Path missing = directory.resolve("missing");
        assertThrows(ModelLoadException.class, () -> ModelDirectory.open(missing));
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        Files.delete(directory.resolve("model.onnx"));
        assertRefused("", "no ONNX file", "onnx/model.onnx");
        Files.delete(directory.resolve("tokenizer.json"));
        assertRefused("", "tokenizer.json is missing");
        Files.delete(directory.resolve("config.json"));
        assertRefused("", "config.json is missing");
    }

    @Test
    void configThatIsNotJson() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{");
        assertRefused("config.json", "not JSON");
    }

    @Test
    void architectureThatIsNotKnown() throws IOException {
        replace("config.json", "ForCausalLM", "ForTokenClassification");
        assertRefused("config.json", "architectures", "CausalLM");
    }

    @Test
    void tokenizerThatIsNone() throws IOException {
        replace("tokenizer.json", "\"BPE\"", "\"XYZ\"");
        assertRefused("tokenizer.json", "not a tokenizer");
    }

    @Test
    void decoderThatIsNotKnown() throws IOException {
        Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"decoder\":{\"type\":\"WordPiece\"},\"model\":{\"vocab\":{\"a\":0}}}");
        assertRefused("tokenizer.json", "decoder.type: WordPiece");
    }

    @Test
    void modelThatIsNotOnnx() throws IOException {
        Files.write(directory.resolve("model.onnx"), "<html>".getBytes(StandardCharsets.UTF_8));
        assertRefused("model.onnx", "not an ONNX model");
    }

    @Test
    void contextLengthThatIsMissing() throws IOException {
        replace("config.json", "max_position_embeddings", "other");
        replace("tokenizer_config.json", "model_max_length", "other");
        assertRefused("config.json", "context length");
    }

    @Test
    void theWrongLoader() {
        ModelDirectory opened = ModelDirectory.open(directory);
        assertThrows(ModelLoadException.class, () -> EmbeddingModel.load(opened, EmbeddingOptions.defaults()));
    }

    @Test
    void aGpuThatIsNotThere() {
        LanguageOptions onGpu = LanguageOptions.defaults().withRuntime(new RuntimeOptions(Accelerator.CUDA, 1, 1));
        ModelDirectory opened = ModelDirectory.open(directory);
        ModelLoadException error = assertThrows(ModelLoadException.class, () -> LanguageModel.load(opened, onGpu)
                .close());
        assertTrue(error.toString().contains("onnxruntime_gpu"), error::toString);
    }
}
