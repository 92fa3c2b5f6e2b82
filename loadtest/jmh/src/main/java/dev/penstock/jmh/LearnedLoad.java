package dev.penstock.jmh;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.learning.ForecastBook;
import dev.penstock.routing.learning.Sample;
import java.util.random.RandomGenerator;

/** The load board of a pool, and beside it what is learned: forecasts of everybody, prompts ahead, who has what cached. */
final class LearnedLoad implements LoadView {
    private static final int SAMPLES = 20;
    private static final int CACHING = 3;
    private static final long MILLISECOND = 1_000_000;

    private final LoadView board;
    private final ForecastBook forecasts = new ForecastBook();
    private final double[] pendingPrompts = new double[Directory.MAX_WORKERS];
    private final double[] links = new double[Directory.MAX_WORKERS];
    private final int workers;

    LearnedLoad(LoadView board, Directory directory, RandomGenerator random) {
        this.board = board;
        this.workers = directory.workers().size();
        for (Worker worker : directory.workers()) {
            pendingPrompts[worker.slot()] = random.nextInt(3) == 0 ? random.nextInt(4000) : 0;
            links[worker.slot()] = random.nextDouble() * 0.02;
            for (ServedModel model : worker.models()) {
                learn(worker, model, random);
            }
        }
    }

    private void learn(Worker worker, ServedModel model, RandomGenerator random) {
        double speed = 0.5 + random.nextDouble();
        for (int i = 0; i < SAMPLES; i++) {
            double prompt = 50.0 + random.nextInt(2000);
            double tokens = 20.0 + random.nextInt(400);
            double batch = 1.0 + random.nextInt(Pool.CAPACITY);
            double first = speed * (0.03 + prompt * 2.5e-4);
            double total = first + speed * tokens * 0.012 * (1 + batch / Pool.CAPACITY);
            forecasts.observe(worker, model, new Sample(prompt, 0, tokens, first, total, batch, 0, i * MILLISECOND));
        }
    }

    @Override
    public int inFlight(int slot) {
        return board.inFlight(slot);
    }

    @Override
    public int reportedLoad(int slot) {
        return board.reportedLoad(slot);
    }

    @Override
    public int foreignLoad(int slot) {
        return board.foreignLoad(slot);
    }

    @Override
    public boolean hasRoom(int slot, int capacity, int places) {
        return board.hasRoom(slot, capacity, places);
    }

    @Override
    public boolean available(int slot) {
        return board.available(slot);
    }

    @Override
    public long ageMillis(int slot) {
        return board.ageMillis(slot);
    }

    @Override
    public double pendingPromptTokens(int slot) {
        return pendingPrompts[slot];
    }

    @Override
    public double promptTokensAhead(int slot) {
        return board.promptTokensAhead(slot);
    }

    @Override
    public double promptTokensPerSecond(int slot) {
        return board.promptTokensPerSecond(slot);
    }

    @Override
    public double linkSeconds(int slot) {
        return links[slot];
    }

    @Override
    public Forecasts forecasts() {
        return forecasts;
    }

    @Override
    public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        int found = Math.min(CACHING, Math.min(workers, slots.length));
        for (int i = 0; i < found; i++) {
            slots[i] = i * (workers / found);
            blocks[i] = Math.min(i + 1, affinity.blocks().length);
        }
        return found;
    }
}
