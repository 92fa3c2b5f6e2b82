package dev.penstock.loadtest.simulation.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BatchEngineTest {
    private static final EngineShape PLAIN = new EngineShape(0.1, 0.001, 0.01, 2, 11, 100, 10_000);

    /** When a job's first and last token came, seconds. */
    private static final class Times implements Job.Listener {
        private final VirtualClock clock;
        private double first = -1;
        private double last = -1;
        private boolean refused;

        private Times(VirtualClock clock) {
            this.clock = clock;
        }

        @Override
        public void started() {
            assertEquals(-1, first, "starts twice");
            first = clock.nowNanos() / 1e9;
        }

        @Override
        public void ended() {
            assertEquals(-1, last, "ends twice");
            last = clock.nowNanos() / 1e9;
        }

        @Override
        public void refused() {
            refused = true;
        }
    }

    private static void runOut(VirtualClock clock) {
        while (clock.step()) {
            // until nothing is left
        }
    }

    private static Job job(int prompt, int output, Times times, long... blocks) {
        return new Job(prompt, output, blocks, 16, times);
    }

    @Test
    void oneRequestTakesItsOverheadItsPrefillAndItsTokens() {
        VirtualClock clock = new VirtualClock();
        Times times = new Times(clock);
        BatchEngine engine = new BatchEngine(clock, PLAIN);
        engine.submit(job(250, 5, times));
        runOut(clock);
        // Two steps of 100 tokens and one of 50, at 1 ms each; then four steps of 10 ms.
        assertEquals(0.1 + 0.25, times.first, 1e-6);
        assertEquals(0.1 + 0.25 + 0.04, times.last, 1e-6);
        assertEquals(0.29, engine.busySeconds(), 1e-6);
        assertEquals(0, engine.load());
    }

    @Test
    void aFullBatchIsAsSlowAsItsShapeSays() {
        VirtualClock clock = new VirtualClock();
        BatchEngine engine = new BatchEngine(clock, PLAIN);
        List<Times> all = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            Times times = new Times(clock);
            all.add(times);
            engine.submit(job(1, 1001, times));
        }
        runOut(clock);
        // The first to come is alone for a step, and the last for its last.
        assertEquals(1000 * 0.02, all.getFirst().last - all.getFirst().first, 0.2);
    }

    @Test
    void whoJoinsDoesSoAtTheNextStep() {
        VirtualClock clock = new VirtualClock();
        BatchEngine engine = new BatchEngine(clock, PLAIN);
        Times first = new Times(clock);
        Times second = new Times(clock);
        engine.submit(job(1, 1000, first));
        clock.at(1_000_000_000L, () -> engine.submit(job(1, 2, second)));
        runOut(clock);
        assertEquals(1.1, second.first, 0.025);
        assertEquals(0.01 + 0.001, second.last - second.first, 1e-6); // a batch of two: 10 ms + a tenth of 10 ms
    }

    @Test
    void whatIsCachedIsNotComputedAgain() {
        VirtualClock clock = new VirtualClock();
        BatchEngine engine = new BatchEngine(clock, PLAIN);
        Times first = new Times(clock);
        Times second = new Times(clock);
        Times third = new Times(clock);
        engine.submit(job(48, 1, first, 1, 2, 3));
        Job same = job(48, 1, second, 1, 2, 3);
        Job like = job(48, 1, third, 1, 2, 4);
        clock.at(1_000_000_000L, () -> engine.submit(same));
        clock.at(2_000_000_000L, () -> engine.submit(like));
        runOut(clock);
        assertEquals(0.1 + 0.048, first.last, 1e-6);
        assertEquals(47, same.cachedTokens()); // one is computed whatever is cached
        assertEquals(1.1 + 0.01, second.last, 1e-6); // a step takes no less
        assertEquals(32, like.cachedTokens());
    }

    @Test
    void whatDoesNotFitWaitsAndWhatNeverFitsIsRefused() {
        VirtualClock clock = new VirtualClock();
        BatchEngine engine = new BatchEngine(clock, new EngineShape(0, 0.001, 0.01, 2, 11, 100, 1000));
        Times first = new Times(clock);
        Times second = new Times(clock);
        Times never = new Times(clock);
        engine.submit(job(600, 10, first));
        engine.submit(job(600, 10, second));
        engine.submit(job(995, 10, never));
        runOut(clock);
        assertTrue(never.refused);
        assertTrue(second.first > first.last, second.first + " after " + first.last);
    }

    @Test
    void everyJobEndsOnceHoweverShortMemoryIs() {
        for (long seed = 1; seed <= 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            VirtualClock clock = new VirtualClock();
            BatchEngine engine = new BatchEngine(clock, new EngineShape(0.01, 1e-4, 0.01, 2, 8, 64, 1024));
            List<Times> all = new ArrayList<>();
            List<Job> jobs = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Times times = new Times(clock);
                all.add(times);
                int prompt = 1 + random.nextInt(400);
                long[] blocks = new long[(prompt + 15) / 16];
                for (int k = 0; k < blocks.length; k++) {
                    blocks[k] = random.nextInt(4) * 1000L + k;
                }
                Job job = job(prompt, 1 + random.nextInt(300), times, blocks);
                jobs.add(job);
                clock.at(random.nextLong(5_000_000_000L), () -> engine.submit(job));
            }
            runOut(clock);
            for (int i = 0; i < all.size(); i++) {
                assertTrue(all.get(i).last > 0, "seed " + seed + ", job " + i);
                assertEquals(jobs.get(i).outputTokens, jobs.get(i).generated(), "seed " + seed + ", job " + i);
            }
            assertEquals(0, engine.load(), "seed " + seed);
            assertEquals(0, engine.memoryUse(), "seed " + seed);
        }
    }

    @Test
    void theDeadSayNothingAndComeBackEmpty() {
        VirtualClock clock = new VirtualClock();
        BatchEngine engine = new BatchEngine(clock, PLAIN);
        Times dead = new Times(clock);
        Times alive = new Times(clock);
        engine.submit(job(48, 1000, dead, 1, 2, 3));
        Job after = job(48, 1, alive, 1, 2, 3);
        clock.at(1_000_000_000L, engine::die);
        clock.at(2_000_000_000L, () -> engine.submit(after));
        runOut(clock);
        assertEquals(-1, dead.last);
        assertEquals(0, after.cachedTokens());
        assertTrue(alive.last > 0);
    }
}
