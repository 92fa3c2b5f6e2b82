package dev.penstock.loadtest.simulation.engine;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A paid API: nobody waits there, and nobody knows why one answer takes longer than another. Its rate limit is a bucket that
 * holds ten seconds' worth.
 */
public final class ApiEngine implements Engine {
    private static final double BURST_SECONDS = 10;

    private final VirtualClock clock;
    private final ApiShape shape;
    private final SplittableRandom random;
    private final Set<Job> running = new HashSet<>();
    private double tokens;
    private long filledNanos;
    private double busySeconds;

    /** An API that has served nobody yet. */
    public ApiEngine(VirtualClock clock, ApiShape shape, SplittableRandom random) {
        this.clock = clock;
        this.shape = shape;
        this.random = random;
        this.tokens = burst();
    }

    private double burst() {
        return Math.max(1, shape.requestsPerMinute() / 60.0 * BURST_SECONDS);
    }

    @Override
    public void submit(Job job) {
        // Drawn whether used or not: what one request draws does not depend on the fate of those before.
        double firstSpread = Math.exp(shape.spread() * random.nextGaussian());
        double laterSpread = Math.exp(shape.spread() * random.nextGaussian());
        if (!admits()) {
            job.over = true;
            job.listener.refused();
            return;
        }
        running.add(job);
        double first = (shape.firstTokenSeconds() + job.promptTokens * shape.prefillPerToken()) * firstSpread;
        double rest = (job.outputTokens - 1) * shape.perToken() * laterSpread;
        clock.after((long) (first * 1e9), () -> {
            if (!job.over) {
                job.generated = 1;
                job.listener.started();
            }
        });
        clock.after((long) ((first + rest) * 1e9), () -> {
            if (!job.over) {
                job.over = true;
                job.generated = job.outputTokens;
                busySeconds += first + rest;
                running.remove(job);
                job.listener.ended();
            }
        });
    }

    private boolean admits() {
        if (shape.requestsPerMinute() == 0) {
            return true;
        }
        long now = clock.nowNanos();
        tokens = Math.min(burst(), tokens + (now - filledNanos) / 1e9 * shape.requestsPerMinute() / 60);
        filledNanos = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    @Override
    public void cancel(Job job) {
        job.over = true;
        running.remove(job);
    }

    @Override
    public void die() {
        running.forEach(job -> job.over = true);
        running.clear();
    }

    @Override
    public int load() {
        return running.size();
    }

    @Override
    public int waiting() {
        return 0;
    }

    @Override
    public long promptTokensLeft() {
        return 0;
    }

    @Override
    public long promptTokensDone() {
        return 0;
    }

    @Override
    public double memoryUse() {
        return 0;
    }

    @Override
    public double busySeconds() {
        return busySeconds;
    }
}
