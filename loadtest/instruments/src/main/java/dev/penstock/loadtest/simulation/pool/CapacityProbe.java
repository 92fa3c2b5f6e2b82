package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import dev.penstock.loadtest.simulation.engine.ApiShape;
import dev.penstock.loadtest.simulation.engine.Engine;
import dev.penstock.loadtest.simulation.engine.Job;
import dev.penstock.loadtest.simulation.trace.Trace;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a pool can do: the trace's requests, in their order and over again if need be, go to whoever has room, so that every
 * worker always has as many as it takes at once, at most {@link #AT_ONCE}. The rate at which they end, between the first
 * fifth and the last, is the capacity. Prompts find in caches what chance has put there. Paid APIs are left out: what they
 * can do is no property of the pool.
 */
public final class CapacityProbe {
    private static final int AT_ONCE = 64;
    /** So that every worker is full for long enough, however few requests the trace has. */
    private static final int LEAST_EACH = 200;

    private final VirtualClock clock = new VirtualClock();
    private final Trace trace;
    private final int size;
    private int next;
    private int ended;
    private long firstNanos;
    private long lastNanos;

    private CapacityProbe(Trace trace, int workers) {
        this.trace = trace;
        this.size = Math.max(trace.size(), LEAST_EACH * workers);
    }

    /**
     * Requests a second.
     *
     * @throws IllegalArgumentException where no member has a limit
     */
    public static double requestsPerSecond(List<Member> members, Trace trace) {
        List<Member> counted = members.stream()
                .filter(member -> !(member.shape() instanceof ApiShape))
                .toList();
        if (counted.isEmpty()) {
            throw new IllegalArgumentException(
                    "pool: paid APIs only (expected: at least one worker that has a capacity)");
        }
        return new CapacityProbe(trace, counted.size()).run(counted);
    }

    private double run(List<Member> members) {
        SplittableRandom random = new SplittableRandom(1);
        for (Member member : members) {
            Engine engine = member.shape().engine(clock, random.split());
            int places = Math.min(AT_ONCE, member.worker().capacity());
            clock.at(0, () -> {
                for (int i = 0; i < places; i++) {
                    give(engine);
                }
            });
        }
        while (ended < size - size / 5 && clock.step()) {
            // Until the last fifth begins: then there is not enough left to keep all of them full.
        }
        int counted = size - size / 5 - size / 5;
        return counted / Math.max(1e-9, (lastNanos - firstNanos) / 1e9);
    }

    private void give(Engine engine) {
        int number = next++ % trace.size();
        boolean again = next > trace.size();
        engine.submit(new Job(
                trace.promptTokens()[number],
                trace.outputTokens()[number],
                again ? renamed(trace.blocks()[number]) : trace.blocks()[number],
                trace.blockTokens(),
                new Job.Listener() {
                    @Override
                    public void started() {}

                    @Override
                    public void ended() {
                        end(engine);
                    }

                    @Override
                    public void refused() {
                        end(engine);
                    }
                }));
    }

    /** A trace that is gone through again does not find itself in the caches. */
    private long[] renamed(long[] blocks) {
        long round = (next - 1L) / trace.size();
        long[] names = new long[blocks.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = blocks[i] ^ (round << 48);
        }
        return names;
    }

    private void end(Engine engine) {
        ended++;
        if (ended == Math.max(1, size / 5)) {
            firstNanos = clock.nowNanos();
        }
        lastNanos = clock.nowNanos();
        // Not within the engine's own step: what it ends, it ends first.
        clock.after(0, () -> give(engine));
    }
}
