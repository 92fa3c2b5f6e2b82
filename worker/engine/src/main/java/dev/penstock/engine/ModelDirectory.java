package dev.penstock.engine;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model directory in the Hugging Face layout: {@code config.json}, {@code tokenizer.json} and {@code model.onnx} or
 * {@code onnx/model.onnx}; for language models also {@code tokenizer_config.json} (chat template) and {@code
 * generation_config.json}, for sentence-transformers exports {@code modules.json} and {@code 1_Pooling/config.json}.
 */
public final class ModelDirectory {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> MODEL_FILES =
            List.of("model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx", "model_quantized.onnx");
    private static final List<String> SENTENCE_TRANSFORMER_FILES =
            List.of("modules.json", "1_Pooling/config.json", "config_sentence_transformers.json");
    /** Configuration files larger than this are not read. */
    private static final long CONFIG_BYTES_LIMIT = 256L << 20;

    private final Path path;
    private final JsonNode config;
    private final Path modelFile;
    private final Path tokenizerFile;
    private final ModelKind kind;

    private ModelDirectory(Path path) {
        this.path = path;
        if (!Files.isDirectory(path)) {
            throw new ModelLoadException(path, "not a directory (expected: a model in the Hugging Face layout)");
        }
        config = json("config.json")
                .orElseThrow(
                        () -> new ModelLoadException(path, "config.json is missing (expected: the model's config)"));
        tokenizerFile = file("tokenizer.json")
                .orElseThrow(() -> new ModelLoadException(
                        path,
                        "tokenizer.json is missing (expected: a tokenizer of the Hugging Face tokenizers library)"));
        modelFile = MODEL_FILES.stream()
                .flatMap(name -> file(name).stream())
                .findFirst()
                .orElseThrow(() -> new ModelLoadException(
                        path, "no ONNX file (expected one of: " + String.join(", ", MODEL_FILES) + ")"));
        kind = kindOf();
    }

    /**
     * Looks at a directory, without loading the model.
     *
     * @throws ModelLoadException where a file is missing or not what it should be
     */
    public static ModelDirectory open(Path path) {
        return new ModelDirectory(path.toAbsolutePath().normalize());
    }

    private ModelKind kindOf() {
        if (SENTENCE_TRANSFORMER_FILES.stream().anyMatch(name -> file(name).isPresent())) {
            return ModelKind.EMBEDDING;
        }
        List<String> architectures =
                config.path("architectures").valueStream().map(JsonNode::asText).toList();
        if (architectures.stream().anyMatch(name -> name.endsWith("CausalLM") || name.endsWith("LMHeadModel"))) {
            return ModelKind.LANGUAGE;
        }
        if (architectures.stream().anyMatch(name -> name.endsWith("Model"))) {
            return ModelKind.EMBEDDING;
        }
        throw new ModelLoadException(
                path.resolve("config.json"),
                "architectures: " + architectures
                        + " (expected: a name ending in CausalLM for a language model, or in Model for an embedding model)");
    }

    /** The directory. */
    public Path path() {
        return path;
    }

    /** Which loader is for it. */
    public ModelKind kind() {
        return kind;
    }

    /** The contents of config.json. */
    public JsonNode config() {
        return config;
    }

    /** The ONNX file. */
    public Path modelFile() {
        return modelFile;
    }

    /** tokenizer.json. */
    public Path tokenizerFile() {
        return tokenizerFile;
    }

    /** A file of the directory, where it exists. */
    public Optional<Path> file(String name) {
        Path file = path.resolve(name);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /**
     * A JSON file of the directory, where it exists.
     *
     * @throws ModelLoadException where it is not JSON
     */
    public Optional<JsonNode> json(String name) {
        return file(name).map(ModelDirectory::read);
    }

    private static JsonNode read(Path file) {
        try {
            if (Files.size(file) > CONFIG_BYTES_LIMIT) {
                throw new ModelLoadException(
                        file, Files.size(file) + " bytes (expected: at most " + CONFIG_BYTES_LIMIT + ")");
            }
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            if (!node.isContainerNode()) {
                throw new ModelLoadException(file, "not a JSON object");
            }
            return node;
        } catch (JacksonException e) {
            throw new ModelLoadException(file, "not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelLoadException(file, "cannot be read: " + e.getMessage(), e);
        }
    }

    /** A hash over the names and contents of the model's files: 16 hexadecimal digits, the same on every machine. */
    public String revision() {
        MessageDigest digest = sha256();
        try (Stream<Path> files = Files.walk(path, 3)) {
            List<Path> sorted = files.filter(Files::isRegularFile)
                    .filter(file -> isPartOfModel(file.getFileName().toString()))
                    .sorted()
                    .toList();
            for (Path file : sorted) {
                String name = path.relativize(file).toString().replace('\\', '/');
                digest.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                digest.update((byte) 0);
                update(digest, file);
            }
        } catch (IOException e) {
            throw new ModelLoadException(path, "cannot be read: " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static boolean isPartOfModel(String name) {
        return name.endsWith(".json")
                || name.endsWith(".onnx")
                || name.contains(".onnx_data")
                || name.endsWith(".jinja");
    }

    /** A hash over tokenizer.json: 16 hexadecimal digits. */
    public String tokenizerId() {
        MessageDigest digest = sha256();
        try {
            update(digest, tokenizerFile);
        } catch (IOException e) {
            throw new ModelLoadException(tokenizerFile, "cannot be read: " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static void update(MessageDigest digest, Path file) throws IOException {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
