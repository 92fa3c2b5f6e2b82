package dev.penstock.engine.embedding;

import dev.penstock.engine.Capability;
import dev.penstock.engine.ContextLengthException;
import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelKind;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.engine.UnsupportedRequestException;
import dev.penstock.engine.embedding.EmbeddingJob.Item;
import dev.penstock.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** An embedding model in ONNX, with a thread that runs whatever waits in batches. */
final class OnnxEmbeddingModel implements EmbeddingModel {
    /** No tokenizer in use makes fewer tokens of a text than this many characters to a token. */
    private static final int CHARACTERS_PER_TOKEN = 256;

    private final ModelDescription description;
    private final EmbeddingSettings settings;
    private final Tokenizer tokenizer;
    private final int[] suffix;
    private final EmbeddingLoop loop;

    private OnnxEmbeddingModel(
            ModelDescription description,
            EmbeddingSettings settings,
            EmbeddingOptions options,
            Tokenizer tokenizer,
            OnnxEncoder encoder) {
        this.description = description;
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.suffix = OnnxEncoder.suffix(tokenizer.encode("a", true), tokenizer.encode("a", false))
                .orElseGet(() -> new int[0]);
        this.loop = new EmbeddingLoop(description.revision(), encoder, settings.normalizes(), options);
    }

    static EmbeddingModel open(ModelDirectory directory, EmbeddingOptions options) {
        if (directory.kind() != ModelKind.EMBEDDING) {
            throw new ModelLoadException(directory.path(), "a language model (expected: an embedding model)");
        }
        EmbeddingSettings settings = EmbeddingSettings.read(directory);
        Tokenizer tokenizer = Tokenizer.load(directory);
        try {
            int hiddenSize = directory.config().path("hidden_size").asInt(0);
            OnnxEncoder encoder =
                    OnnxEncoder.load(directory.modelFile(), options.runtime(), settings.pooling(), hiddenSize);
            OnnxEmbeddingModel model;
            try {
                settings.checkModules(directory, encoder.signature());
                ModelDescription description = describe(directory, settings, encoder);
                model = new OnnxEmbeddingModel(description, settings, options, tokenizer, encoder);
            } catch (RuntimeException e) {
                encoder.close();
                throw e;
            }
            model.loop.start();
            return model;
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static ModelDescription describe(
            ModelDirectory directory, EmbeddingSettings settings, OnnxEncoder encoder) {
        Set<Capability> capabilities = EnumSet.of(Capability.EMBEDDING);
        if (settings.shortens()) {
            capabilities.add(Capability.EMBEDDING_DIMENSIONS);
        }
        return new ModelDescription(
                ModelKind.EMBEDDING,
                directory.config().path("model_type").asText("unknown"),
                directory.revision(),
                directory.tokenizerId(),
                encoder.signature().parameterCount(),
                settings.inputLimit(),
                settings.vocabularySize(directory, encoder.signature()),
                encoder.dimensions(),
                encoder.signature().weightType(),
                capabilities);
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public EngineLoad load() {
        return loop.load();
    }

    @Override
    public boolean alive() {
        return loop.alive();
    }

    @Override
    public CompletableFuture<EmbeddingResult> embed(EmbeddingRequest request) {
        return submit(request, false);
    }

    @Override
    public CompletableFuture<EmbeddingResult> embedAlone(EmbeddingRequest request) {
        return submit(request, true);
    }

    private CompletableFuture<EmbeddingResult> submit(EmbeddingRequest request, boolean alone) {
        int dimensions = request.dimensions().orElse(description.embeddingDimensions());
        if (dimensions != description.embeddingDimensions() && !settings.shortens()) {
            throw new UnsupportedRequestException(Capability.EMBEDDING_DIMENSIONS, "dimensions");
        }
        if (dimensions > description.embeddingDimensions()) {
            throw new InvalidRequestException(
                    "dimensions",
                    dimensions + " (expected: an integer from 1 to " + description.embeddingDimensions() + ")");
        }
        EmbeddingJob job = new EmbeddingJob(request.inputs().size(), dimensions);
        List<Item> items = new ArrayList<>();
        for (EmbeddingInput input : request.inputs()) {
            items.add(item(job, items.size(), input, request.truncate(), alone));
        }
        loop.submit(items);
        return job.future();
    }

    private Item item(EmbeddingJob job, int index, EmbeddingInput input, boolean truncate, boolean alone) {
        int limit = settings.inputLimit();
        int[] ids = ids(input, truncate);
        if (ids.length <= limit) {
            return new Item(job, index, ids, false, alone);
        }
        if (!truncate) {
            throw new ContextLengthException(ids.length, 0, limit);
        }
        // As the tokenizers library cuts: the content, not the special tokens that close it.
        int kept = Math.min(suffix.length, limit);
        int[] cut = Arrays.copyOf(ids, limit);
        System.arraycopy(suffix, 0, cut, limit - kept, kept);
        return new Item(job, index, cut, true, alone);
    }

    private int[] ids(EmbeddingInput input, boolean truncate) {
        return switch (input) {
            case EmbeddingInput.Text(String text) -> {
                if (text.isEmpty()) {
                    throw new InvalidRequestException("input", "an empty string (expected: some text)");
                }
                int most = settings.inputLimit() * CHARACTERS_PER_TOKEN;
                if (text.length() > most && !truncate) {
                    throw new ContextLengthException(text.length() / CHARACTERS_PER_TOKEN, 0, settings.inputLimit());
                }
                // What lies beyond can only be cut off.
                int[] ids = tokenizer.encode(text.length() > most ? text.substring(0, most) : text, true);
                checkTokens("a text with token ", ids);
                yield ids;
            }
            case EmbeddingInput.Tokens(List<Integer> tokens) -> {
                if (tokens.isEmpty()) {
                    throw new InvalidRequestException("input", "no tokens (expected: at least one)");
                }
                int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
                checkTokens("", ids);
                yield ids;
            }
        };
    }

    /** A tokenizer may know tokens that were added after the model was trained. */
    private void checkTokens(String what, int[] ids) {
        for (int id : ids) {
            if (id < 0 || id >= description.vocabularySize()) {
                throw new InvalidRequestException(
                        "input",
                        what + id + " (expected: a token id from 0 to " + (description.vocabularySize() - 1) + ")");
            }
        }
    }

    @Override
    public int countTokens(EmbeddingInput input) {
        return ids(input, false).length;
    }

    @Override
    public void close() {
        loop.close();
        tokenizer.close();
    }
}
