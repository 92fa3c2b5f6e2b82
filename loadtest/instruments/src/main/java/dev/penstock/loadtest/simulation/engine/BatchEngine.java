package dev.penstock.loadtest.simulation.engine;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * An engine with continuous batching, chunked prefill and a prefix cache. Every step gives each running request a token,
 * and computes as much of the prompts that are to come as the step still has room for, in the order in which they came. A
 * request whose state no longer fits is put back and computed again later.
 *
 * <p>Steps in which nothing joins and nobody ends are taken together: they are all alike.
 */
public final class BatchEngine implements Engine {
    private final VirtualClock clock;
    private final EngineShape shape;
    private final BlockCache cache;
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Deque<Job> prefilling = new ArrayDeque<>();
    private final PriorityQueue<Job> decoding = new PriorityQueue<>();
    private final Set<Job> coming = new HashSet<>();

    private long jobs;
    private long stepsDone;
    private long busyNanos;
    private int life;

    private boolean stepping;
    private int span;
    private long spanStart;
    private long stepNanos;
    private int spanNumber;
    private int prefillTokens;
    private long promptTokensDone;

    /** An engine with nothing to do. */
    public BatchEngine(VirtualClock clock, EngineShape shape) {
        this.clock = clock;
        this.shape = shape;
        this.cache = new BlockCache(shape.memoryTokens());
    }

    @Override
    public void submit(Job job) {
        job.number = jobs++;
        if (BlockCache.rounded((long) job.promptTokens + job.outputTokens) > shape.memoryTokens()) {
            job.over = true;
            job.listener.refused();
            return;
        }
        coming.add(job);
        int now = life;
        clock.after((long) (shape.overheadSeconds() * 1e9), () -> {
            if (now == life && !job.over) {
                coming.remove(job);
                waiting.addLast(job);
                if (stepping) {
                    cutShort();
                } else {
                    step();
                }
            }
        });
    }

    /** What joins does so at the end of the step under way, and not after all that were taken together with it. */
    private void cutShort() {
        if (span <= 1 || decoding.size() + prefilling.size() >= shape.maxRunning()) {
            return;
        }
        long gone = (clock.nowNanos() - spanStart) / Math.max(1, stepNanos);
        if (gone + 1 < span) {
            span = (int) gone + 1;
            planEnd();
        }
    }

    private void planEnd() {
        int number = ++spanNumber;
        clock.at(spanStart + span * stepNanos, () -> {
            if (number == spanNumber && stepping) {
                endSpan();
            }
        });
    }

    private void step() {
        admit();
        int batch = decoding.size() + prefilling.size();
        if (batch == 0) {
            stepping = false;
            return;
        }
        prefillTokens = prefillOfStep();
        span = prefillTokens > 0 ? 1 : quietSteps();
        stepNanos = Math.max(1, Math.round(shape.stepSeconds(prefillTokens, batch) * 1e9));
        spanStart = clock.nowNanos();
        stepping = true;
        planEnd();
    }

    private void admit() {
        long budget = Math.max(1, shape.chunkTokens() - decoding.size());
        for (Job job : prefilling) {
            budget -= job.prefillLeft;
        }
        while (budget > 0 && !waiting.isEmpty() && decoding.size() + prefilling.size() < shape.maxRunning()) {
            Job job = waiting.getFirst();
            if (!cache.admit(job, decoding.isEmpty() && prefilling.isEmpty())) {
                return;
            }
            waiting.removeFirst();
            job.prefillLeft = job.promptTokens + job.generated - job.cachedTokens;
            prefilling.addLast(job);
            budget -= job.prefillLeft;
        }
    }

    private int prefillOfStep() {
        int left = 0;
        for (Job job : prefilling) {
            left += job.prefillLeft;
            if (left >= shape.chunkTokens()) {
                break;
            }
        }
        return Math.min(left, Math.max(1, shape.chunkTokens() - decoding.size()));
    }

    /** Steps until somebody ends or memory is short. */
    private int quietSteps() {
        Job next = decoding.element();
        long untilEnd = next.finalStep - stepsDone;
        long untilShort = cache.room() / decoding.size();
        return Math.clamp(Math.min(untilEnd, untilShort), 1, 1_000_000);
    }

    private void endSpan() {
        stepsDone += span;
        busyNanos += span * stepNanos;
        promptTokensDone += prefillTokens;
        stepping = false;
        long grown = (long) span * decoding.size();
        while (cache.room() < grown && decoding.size() > 1) {
            putBackYoungest();
            grown = (long) span * decoding.size();
        }
        cache.grow(grown);
        decoding.forEach(job -> {
            job.generated += span;
            job.privateTokens += span;
        });
        List<Job> ended = new ArrayList<>();
        while (!decoding.isEmpty() && decoding.element().finalStep <= stepsDone) {
            ended.add(decoding.remove());
        }
        List<Job> started = endPrefills(ended);
        ended.forEach(job -> {
            job.over = true;
            cache.release(job);
        });
        started.forEach(job -> job.listener.started());
        ended.forEach(job -> job.listener.ended());
        // A listener may have handed over another job, which started the next step.
        if (!stepping) {
            step();
        }
    }

    /** Spends the step's prefill on those who came first; gives those who have their first token, and adds who ends with it. */
    private List<Job> endPrefills(List<Job> ended) {
        List<Job> started = new ArrayList<>();
        int left = prefillTokens;
        while (left > 0 && !prefilling.isEmpty()) {
            Job job = prefilling.getFirst();
            int part = Math.min(left, job.prefillLeft);
            left -= part;
            job.prefillLeft -= part;
            if (job.prefillLeft > 0) {
                break;
            }
            prefilling.removeFirst();
            cache.publish(job);
            if (job.generated == 0) {
                started.add(job);
            }
            job.generated++;
            job.privateTokens++;
            cache.grow(1);
            if (job.generated >= job.outputTokens) {
                ended.add(job);
            } else {
                job.finalStep = stepsDone + job.outputTokens - job.generated;
                decoding.add(job);
            }
        }
        return started;
    }

    private void putBackYoungest() {
        Job youngest = Collections.max(decoding, (one, other) -> Long.compare(one.number, other.number));
        decoding.remove(youngest);
        cache.release(youngest);
        waiting.addFirst(youngest);
    }

    @Override
    public void cancel(Job job) {
        if (job.over) {
            return;
        }
        job.over = true;
        coming.remove(job);
        waiting.remove(job);
        if (decoding.remove(job) || prefilling.remove(job)) {
            cache.release(job);
        }
    }

    @Override
    public void die() {
        life++;
        for (var each : List.of(coming, waiting, prefilling, decoding)) {
            each.forEach(job -> job.over = true);
            each.clear();
        }
        cache.clear();
        stepping = false;
        spanNumber++;
    }

    @Override
    public int load() {
        return coming.size() + waiting.size() + prefilling.size() + decoding.size();
    }

    @Override
    public int waiting() {
        return coming.size() + waiting.size();
    }

    @Override
    public long promptTokensLeft() {
        long left = promptTokens(coming) + promptTokens(waiting);
        for (Job job : prefilling) {
            left += job.prefillLeft;
        }
        return left;
    }

    private static long promptTokens(Collection<Job> jobs) {
        return jobs.stream().mapToLong(job -> job.promptTokens).sum();
    }

    @Override
    public long promptTokensDone() {
        return promptTokensDone;
    }

    @Override
    public double memoryUse() {
        return cache.use();
    }

    @Override
    public double busySeconds() {
        return busyNanos / 1e9;
    }
}
