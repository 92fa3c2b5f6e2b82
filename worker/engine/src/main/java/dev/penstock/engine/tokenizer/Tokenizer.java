package dev.penstock.engine.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.penstock.engine.EngineClosedException;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelLoadException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The tokenizer of tokenizer.json, without the truncation and padding that the file may ask for. Thread-safe. */
public final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    /** Guarded by the lock. */
    private boolean closed;

    private Tokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Loads the tokenizer of a model. Always from its file: a name would be looked for on the network.
     *
     * @throws ModelLoadException where tokenizer.json is not one
     */
    public static Tokenizer load(ModelDirectory directory) {
        try {
            return new Tokenizer(HuggingFaceTokenizer.builder()
                    .optTokenizerPath(directory.tokenizerFile())
                    .optTruncation(false)
                    .optPadding(false)
                    .build());
        } catch (IOException | RuntimeException e) {
            throw new ModelLoadException(directory.tokenizerFile(), "not a tokenizer: " + e.getMessage(), e);
        }
    }

    /**
     * The token ids of a text, with or without the special tokens that the tokenizer puts around it.
     *
     * @throws EngineClosedException after {@link #close}
     */
    public int[] encode(String text, boolean withSpecialTokens) {
        long[] ids = encodeLong(text, withSpecialTokens);
        int[] narrow = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            narrow[i] = Math.toIntExact(ids[i]);
        }
        return narrow;
    }

    private long[] encodeLong(String text, boolean withSpecialTokens) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new EngineClosedException();
            }
            return tokenizer.encode(text, withSpecialTokens, false).getIds();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Waits for those who are using it: its memory is not Java's. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            tokenizer.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
