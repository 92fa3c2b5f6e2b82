package dev.penstock.engine.embedding;

import dev.penstock.engine.Capability;
import dev.penstock.engine.ContextLengthException;
import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.EngineClosedException;
import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.InferenceException;
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
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An embedding model in ONNX, with a thread that runs whatever waits in batches. */
final class OnnxEmbeddingModel implements EmbeddingModel {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxEmbeddingModel.class);
    /** No tokenizer in use makes fewer tokens of a text than this many characters to a token. */
    private static final int CHARACTERS_PER_TOKEN = 256;

    private final ModelDescription description;
    private final EmbeddingSettings settings;
    private final EmbeddingOptions options;
    private final Tokenizer tokenizer;
    private final OnnxEncoder encoder;
    private final int[] suffix;
    private final BatchFormer former;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    /** Guarded by the lock, in order of arrival. */
    private final List<Item> waiting = new ArrayList<>();

    private int running;
    private boolean closed;

    private OnnxEmbeddingModel(
            ModelDescription description,
            EmbeddingSettings settings,
            EmbeddingOptions options,
            Tokenizer tokenizer,
            OnnxEncoder encoder) {
        this.description = description;
        this.settings = settings;
        this.options = options;
        this.tokenizer = tokenizer;
        this.encoder = encoder;
        this.suffix = OnnxEncoder.suffix(tokenizer.encode("a", true), tokenizer.encode("a", false))
                .orElseGet(() -> new int[0]);
        this.former = new BatchFormer(options.batchLimit(), options.batchTokensLimit());
        this.thread = Thread.ofPlatform()
                .name("embed-" + description.revision())
                .daemon()
                .unstarted(this::run);
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
            Set<Capability> capabilities = EnumSet.of(Capability.EMBEDDING);
            if (settings.shortens()) {
                capabilities.add(Capability.EMBEDDING_DIMENSIONS);
            }
            ModelDescription description = new ModelDescription(
                    ModelKind.EMBEDDING,
                    directory.config().path("model_type").asText("unknown"),
                    directory.revision(),
                    directory.tokenizerId(),
                    encoder.signature().parameterCount(),
                    settings.inputLimit(),
                    directory.config().path("vocab_size").asInt(Integer.MAX_VALUE),
                    encoder.dimensions(),
                    encoder.signature().weightType(),
                    capabilities);
            OnnxEmbeddingModel model = new OnnxEmbeddingModel(description, settings, options, tokenizer, encoder);
            model.thread.start();
            return model;
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public EngineLoad load() {
        lock.lock();
        try {
            return new EngineLoad(running, options.batchLimit(), waiting.size(), options.queueLimit(), 0, 0);
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            if (closed) {
                throw new EngineClosedException();
            }
            waiting.removeIf(item -> item.job().isOver());
            if (waiting.size() + items.size() > options.queueLimit()) {
                throw new EngineBusyException(waiting.size(), options.queueLimit());
            }
            waiting.addAll(items);
            work.signal();
        } finally {
            lock.unlock();
        }
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
                yield tokenizer.encode(text.length() > most ? text.substring(0, most) : text, true);
            }
            case EmbeddingInput.Tokens(List<Integer> tokens) -> {
                if (tokens.isEmpty()) {
                    throw new InvalidRequestException("input", "no tokens (expected: at least one)");
                }
                for (int id : tokens) {
                    if (id < 0 || id >= description.vocabularySize()) {
                        throw new InvalidRequestException(
                                "input",
                                id + " (expected: a token id from 0 to " + (description.vocabularySize() - 1) + ")");
                    }
                }
                yield tokens.stream().mapToInt(Integer::intValue).toArray();
            }
        };
    }

    @Override
    public int countTokens(EmbeddingInput input) {
        return ids(input, false).length;
    }

    private void run() {
        try {
            for (List<Item> batch = next(); !batch.isEmpty(); batch = next()) {
                compute(batch);
            }
        } finally {
            stop();
        }
    }

    /** Ends all that is left: after {@link #close}, and where an error that is not to be handled ends the thread. */
    private void stop() {
        Set<EmbeddingJob> abandoned = new LinkedHashSet<>();
        lock.lock();
        try {
            closed = true;
            running = 0;
            waiting.forEach(item -> abandoned.add(item.job()));
            waiting.clear();
        } finally {
            lock.unlock();
        }
        encoder.close();
        abandoned.forEach(job -> job.fail(new EngineClosedException()));
    }

    /** Waits for work; nothing once closed. */
    private List<Item> next() {
        lock.lock();
        try {
            running = 0;
            while (true) {
                waiting.removeIf(item -> item.job().isOver());
                if (closed) {
                    return List.of();
                }
                if (!waiting.isEmpty()) {
                    List<Item> batch = former.next(waiting);
                    Set<Item> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
                    chosen.addAll(batch);
                    waiting.removeIf(chosen::contains);
                    running = batch.size();
                    return batch;
                }
                work.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void compute(List<Item> batch) {
        List<float[]> vectors;
        try {
            vectors = encoder.run(batch.stream().map(Item::ids).toList());
        } catch (RuntimeException e) {
            LOG.error("the embedding model failed", e);
            InferenceException failure = new InferenceException("the model failed: " + e.getMessage(), e);
            batch.forEach(item -> item.job().fail(failure));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            Item item = batch.get(i);
            float[] vector = vectors.get(i);
            boolean shortened = item.job().dimensions() < vector.length;
            float[] result = shortened ? Arrays.copyOf(vector, item.job().dimensions()) : vector;
            if (settings.normalizes() || shortened) {
                OnnxEncoder.normalize(result);
            }
            item.job().complete(item, result);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() != thread) {
            joinUninterruptibly();
        }
        tokenizer.close();
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
