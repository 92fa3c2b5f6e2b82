package dev.penstock.engine.language;

import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.EngineClosedException;
import dev.penstock.engine.EngineException;
import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.InferenceException;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.PromptCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching: one thread that computes one token for every running sequence, again and again; between two such
 * steps sequences leave that have ended or were cancelled, and others join from a bounded queue.
 */
final class DecodeLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecodeLoop.class);

    private final Decoder decoder;
    private final LanguageOptions options;
    private final PromptCounters counters = new PromptCounters();
    private final RunningBatch batch;
    private final Function<ActiveGeneration, List<ActiveSequence>> starter;
    private final LongSupplier nanoTime;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    /** Guarded by the lock. */
    private final Deque<ActiveGeneration> queue = new ArrayDeque<>();
    /** On their way from the queue to the batch. Decode thread only. */
    private final Deque<ActiveGeneration> admitted = new ArrayDeque<>();

    private int queued;
    private int running;
    private boolean closed;
    private volatile int cachedTokens;

    /**
     * A loop, not started.
     *
     * @param starter makes the sequences of a generation as it leaves the queue
     */
    DecodeLoop(
            String name,
            Decoder decoder,
            LanguageOptions options,
            LogprobReader logprobs,
            Function<ActiveGeneration, List<ActiveSequence>> starter,
            LongSupplier nanoTime) {
        this.decoder = decoder;
        this.options = options;
        this.batch = new RunningBatch(decoder, options, logprobs, counters);
        this.starter = starter;
        this.nanoTime = nanoTime;
        this.thread = Thread.ofPlatform().name("decode-" + name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    int runningLimit() {
        return decoder.batches() ? options.runningLimit() : 1;
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

    Generation submit(GenerationRequest request, int[] prompt, String promptText, GenerationListener listener) {
        checkFits(request, prompt.length);
        ActiveGeneration generation =
                new ActiveGeneration(request, prompt, promptText, listener, nanoTime.getAsLong(), this::wake);
        lock.lock();
        try {
            if (closed) {
                throw new EngineClosedException();
            }
            if (running + queued + request.sequences() > runningLimit() + options.queueLimit()) {
                throw new EngineBusyException(queued, options.queueLimit());
            }
            counters.queued(prompt.length);
            queue.add(generation);
            queued += request.sequences();
            work.signal();
        } finally {
            lock.unlock();
        }
        return generation;
    }

    /** One sequence fits if its context does; several each take a copy of the prompt and a token more. */
    private void checkFits(GenerationRequest request, int promptTokens) {
        int most = options.cachedTokensLimit() / (promptTokens + 1);
        if (request.sequences() > Math.max(1, most)) {
            throw new InvalidRequestException(
                    "n",
                    request.sequences() + " (expected: at most " + Math.max(1, most) + " for a prompt of "
                            + promptTokens + " tokens: the cache holds " + options.cachedTokensLimit() + ")");
        }
    }

    private void wake() {
        lock.lock();
        try {
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    EngineLoad load() {
        lock.lock();
        try {
            int limit = runningLimit();
            return new EngineLoad(
                    running,
                    limit,
                    queued,
                    options.queueLimit(),
                    cachedTokens,
                    options.cachedTokensLimit(),
                    counters.tokens());
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitWork()) {
                admit();
                batch.retire();
                batch.prefill();
                batch.step();
                cachedTokens = batch.cachedTokens();
                updateRunning();
            }
        } catch (RuntimeException | Error e) {
            stop(FinishReason.ERROR, Optional.of(failed(e)));
            throw e;
        }
        stop(FinishReason.CANCELLED, Optional.empty());
    }

    /** Ends all that is left: after {@link #close}, and where an error that is not to be handled ends the thread. */
    private void stop(FinishReason reason, Optional<EngineException> why) {
        List<ActiveGeneration> waiting = new ArrayList<>(admitted);
        admitted.clear();
        lock.lock();
        try {
            closed = true;
            waiting.addAll(queue);
            queue.clear();
            queued = 0;
        } finally {
            lock.unlock();
        }
        counters.close();
        try {
            batch.close(reason, why);
        } finally {
            waiting.forEach(generation -> generation.endAll(reason, why));
            cachedTokens = 0;
            updateRunning();
        }
    }

    private void updateRunning() {
        lock.lock();
        try {
            running = batch.sequences();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something to do; false when there will be nothing more. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (queue.isEmpty() && batch.isEmpty() && !closed) {
                work.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Moves generations from the queue into the batch, in order, as far as there is room. */
    private void admit() {
        List<ActiveGeneration> cancelled = new ArrayList<>();
        int count = 0;
        int longest = 0;
        lock.lock();
        try {
            queue.removeIf(generation -> generation.isCancelled() && cancelled.add(generation));
            cancelled.forEach(generation -> queued -= generation.request().sequences());
            while (!queue.isEmpty()) {
                ActiveGeneration next = queue.element();
                count += next.request().sequences();
                longest = Math.max(longest, next.promptTokens());
                if (!hasRoom(next.request().sequences(), count, longest)) {
                    break;
                }
                admitted.add(queue.remove());
                queued -= next.request().sequences();
                running += next.request().sequences();
            }
        } finally {
            lock.unlock();
        }
        for (ActiveGeneration generation : cancelled) {
            counters.dropped(generation.promptTokens());
            generation.endAll(FinishReason.CANCELLED, Optional.empty());
        }
        for (; !admitted.isEmpty(); admitted.remove()) {
            start(admitted.element());
        }
    }

    private void start(ActiveGeneration generation) {
        try {
            generation.start(starter.apply(generation), nanoTime.getAsLong());
            batch.join(generation);
        } catch (RuntimeException e) {
            counters.dropped(generation.promptTokens());
            generation.endAll(FinishReason.ERROR, Optional.of(failed(e)));
        }
    }

    /**
     * Whether the next generation may join the batch.
     *
     * @param sequences how many it has
     * @param count its sequences and those of the ones admitted before it in this pass
     * @param longest the longest of their prompts
     */
    private boolean hasRoom(int sequences, int count, int longest) {
        if (running + sequences > runningLimit()) {
            return false;
        }
        return running == 0 || batch.hasRoomFor(longest, count);
    }

    /** Cancels everything, stops the thread, closes the decoder. */
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

    /** What a failure of the runtime looks like to the generations that it hit. */
    static EngineException failed(Throwable cause) {
        LOG.error("the model failed", cause);
        return new InferenceException("the model failed: " + cause.getMessage(), cause);
    }
}
