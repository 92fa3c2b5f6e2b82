package dev.penstock.jmh;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.learning.ForecastBook;
import dev.penstock.routing.learning.OutputLengths;
import dev.penstock.routing.learning.Sample;
import dev.penstock.routing.prefix.PrefixHashes;
import dev.penstock.routing.prefix.PrefixIndex;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What is learned from a request and looked up for one: a prompt of 16 KiB, on one of 64 workers. */
@State(Scope.Thread)
public class LearningBenchmark {
    private static final long SEED = 20261128;
    private static final int WORKERS = 64;

    private final Worker worker = Pool.of(1).directory().workers().getFirst();
    private final ServedModel model = worker.models().getFirst();
    private final ForecastBook book = new ForecastBook();
    private final Forecast forecast = book.of(worker, model);
    private final OutputLengths lengths = new OutputLengths();
    private final PrefixIndex index = new PrefixIndex(0);
    private final byte[] prompt = new byte[16 << 10];
    private final int[] slots = new int[16];
    private final int[] blocks = new int[16];
    private Affinity affinity = Affinity.NONE;
    private long nowNanos;

    /** Makes the prompt, which everybody was sent, and more like it. */
    @Setup
    public void prepare() {
        Random random = new Random(SEED);
        random.nextBytes(prompt);
        affinity = PrefixHashes.affinity(0, hash(), 4);
        for (int slot = 0; slot < WORKERS; slot++) {
            byte[] other = prompt.clone();
            other[random.nextInt(other.length)]++;
            index.sent(slot, model.id(), PrefixHashes.affinity(0, PrefixHashes.of(0, other, 0, other.length), 4));
            lengths.observe("key", model.id(), 1 + random.nextInt(500));
        }
    }

    /** An outcome teaches a forecast. */
    @Benchmark
    public double observe() {
        nowNanos += 1_000_000;
        book.observe(worker, model, new Sample(1_000, 100, 200, 0.3, 3, 4, 0, nowNanos));
        return forecast.tail();
    }

    /** A row's forecast, as a scorer reads it. */
    @Benchmark
    public double forecast() {
        return forecast.firstTokenSeconds(900) + 200 * forecast.secondsPerToken(4);
    }

    /** How long an answer will be. */
    @Benchmark
    public Demand demand() {
        return lengths.demand("key", model.id(), 1_000, 512, 1);
    }

    /** The blocks of a prompt. */
    @Benchmark
    public long[] hash() {
        return PrefixHashes.of(0, prompt, 0, prompt.length);
    }

    /** Who has them. */
    @Benchmark
    public int cachedBlocks() {
        return index.cachedBlocks(model.id(), affinity, slots, blocks);
    }

    /** One more has them. */
    @Benchmark
    public void sent() {
        index.sent(1, model.id(), affinity);
    }
}
