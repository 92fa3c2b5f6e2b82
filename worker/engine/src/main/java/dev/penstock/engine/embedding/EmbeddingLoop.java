package dev.penstock.engine.embedding;

import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.EngineClosedException;
import dev.penstock.engine.EngineException;
import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.InferenceException;
import dev.penstock.engine.PromptCounters;
import dev.penstock.engine.embedding.EmbeddingJob.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that runs whatever waits in batches. */
final class EmbeddingLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddingLoop.class);

    private final Encoder encoder;
    private final boolean normalizes;
    private final EmbeddingOptions options;
    private final BatchFormer former;
    private final PromptCounters counters = new PromptCounters();
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    /** Guarded by the lock, in order of arrival. */
    private final List<Item> waiting = new ArrayList<>();
    /** Guarded by the lock: what is being computed. */
    private List<Item> running = List.of();

    private boolean closed;

    /**
     * A loop, not started.
     *
     * @param normalizes whether vectors are scaled to length 1
     */
    EmbeddingLoop(String name, Encoder encoder, boolean normalizes, EmbeddingOptions options) {
        this.encoder = encoder;
        this.normalizes = normalizes;
        this.options = options;
        this.former = new BatchFormer(options.batchLimit(), options.batchTokensLimit());
        this.thread = Thread.ofPlatform().name("embed-" + name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether it computes: until it is closed, or its thread ends on an error. */
    boolean alive() {
        lock.lock();
        try {
            return !closed && thread.isAlive();
        } finally {
            lock.unlock();
        }
    }

    EngineLoad load() {
        lock.lock();
        try {
            return new EngineLoad(
                    running.size(),
                    options.batchLimit(),
                    waiting.size(),
                    options.queueLimit(),
                    0,
                    0,
                    counters.tokens());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Queues all items, or none.
     *
     * @throws EngineBusyException where the queue has no room for all of them
     * @throws EngineClosedException where nothing is computed any more
     */
    void submit(List<Item> items) {
        lock.lock();
        try {
            if (closed) {
                throw new EngineClosedException();
            }
            dropOver();
            if (waiting.size() + items.size() > options.queueLimit()) {
                throw new EngineBusyException(waiting.size(), options.queueLimit());
            }
            counters.queued(tokens(items));
            waiting.addAll(items);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes those out of the queue whom nobody waits for. With the lock held. */
    private void dropOver() {
        waiting.removeIf(item -> {
            boolean over = item.job().isOver();
            if (over) {
                counters.dropped(item.ids().length);
            }
            return over;
        });
    }

    private static int tokens(List<Item> items) {
        return items.stream().mapToInt(item -> item.ids().length).sum();
    }

    private void run() {
        try {
            for (List<Item> batch = next(); !batch.isEmpty(); batch = next()) {
                compute(batch);
            }
        } catch (RuntimeException | Error e) {
            stop(failed(e));
            throw e;
        }
        stop(new EngineClosedException());
    }

    /** Ends all that is left: after {@link #close}, and where an error that is not to be handled ends the thread. */
    private void stop(EngineException why) {
        List<Item> abandoned;
        lock.lock();
        try {
            closed = true;
            abandoned = new ArrayList<>(running);
            abandoned.addAll(waiting);
            running = List.of();
            waiting.clear();
            counters.close();
        } finally {
            lock.unlock();
        }
        try {
            encoder.close();
        } finally {
            abandoned.forEach(item -> item.job().fail(why));
        }
    }

    /** Waits for work; nothing once closed. */
    private List<Item> next() {
        lock.lock();
        try {
            running = List.of();
            counters.leftInBatch(0);
            while (true) {
                dropOver();
                if (closed) {
                    return List.of();
                }
                if (!waiting.isEmpty()) {
                    List<Item> batch = former.next(waiting);
                    Set<Item> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
                    chosen.addAll(batch);
                    waiting.removeIf(chosen::contains);
                    running = batch;
                    counters.joined(tokens(batch));
                    return batch;
                }
                work.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Where a batch fails, each of its texts is tried alone: one that cannot be computed must not fail the others. */
    private void compute(List<Item> batch) {
        List<float[]> vectors;
        try {
            vectors = encoder.run(batch.stream().map(Item::ids).toList());
        } catch (RuntimeException e) {
            if (batch.size() == 1) {
                counters.leftBatch(tokens(batch));
                batch.getFirst().job().fail(failed(e));
                return;
            }
            LOG.warn("a batch of {} texts failed; each is computed alone", batch.size());
            for (Item item : batch) {
                if (!item.job().isOver()) {
                    compute(List.of(item));
                }
            }
            return;
        }
        // Before any is told: the answer tells the counts.
        counters.computed(tokens(batch));
        counters.leftBatch(tokens(batch));
        for (int i = 0; i < batch.size(); i++) {
            complete(batch.get(i), vectors.get(i));
        }
    }

    private void complete(Item item, float[] vector) {
        boolean shortened = item.job().dimensions() < vector.length;
        float[] result = shortened ? Arrays.copyOf(vector, item.job().dimensions()) : vector;
        if (normalizes || shortened) {
            OnnxEncoder.normalize(result);
        }
        item.job().complete(item, result);
    }

    private static InferenceException failed(Throwable cause) {
        LOG.error("the embedding model failed", cause);
        return new InferenceException("the model failed: " + cause.getMessage(), cause);
    }

    /** Fails what waits, stops the thread, closes the encoder. */
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
