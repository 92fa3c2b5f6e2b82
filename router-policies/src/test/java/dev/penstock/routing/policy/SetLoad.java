package dev.penstock.routing.policy;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import java.util.Arrays;

/** Load that a test sets by hand. */
final class SetLoad implements LoadView {
    final int[] inFlight;
    final int[] foreign;
    final int[] queue;
    final boolean[] available;
    final double[] pendingPrompts;
    final double[] pendingOutputs;
    /** What workers report; negative where they report nothing. */
    final double[] promptsAhead;

    final double[] promptsPerSecond;
    final double[] cacheUse;
    final double[] link;
    final int[] cached;
    final Forecast[] forecasts;
    long ageMillis;
    boolean silent;

    private final Forecasts known;

    SetLoad(int workers) {
        inFlight = new int[workers];
        foreign = new int[workers];
        queue = new int[workers];
        promptsAhead = new double[workers];
        Arrays.fill(promptsAhead, -1);
        promptsPerSecond = new double[workers];
        available = new boolean[workers];
        pendingPrompts = new double[workers];
        pendingOutputs = new double[workers];
        cacheUse = new double[workers];
        link = new double[workers];
        cached = new int[workers];
        forecasts = new Forecast[workers];
        Arrays.fill(available, true);
        Arrays.fill(forecasts, Forecast.UNKNOWN);
        known = (worker, model) -> forecasts[worker.slot()];
    }

    @Override
    public int inFlight(int slot) {
        return inFlight[slot];
    }

    @Override
    public int reportedLoad(int slot) {
        return inFlight[slot] + foreign[slot];
    }

    @Override
    public int foreignLoad(int slot) {
        return foreign[slot];
    }

    @Override
    public boolean available(int slot) {
        return available[slot];
    }

    @Override
    public boolean fellSilent(int slot) {
        return silent;
    }

    @Override
    public long ageMillis(int slot) {
        return ageMillis;
    }

    @Override
    public double pendingPromptTokens(int slot) {
        return pendingPrompts[slot];
    }

    @Override
    public double promptTokensAhead(int slot) {
        return promptsAhead[slot];
    }

    @Override
    public double promptTokensPerSecond(int slot) {
        return promptsPerSecond[slot];
    }

    @Override
    public double pendingOutputTokens(int slot) {
        return pendingOutputs[slot];
    }

    @Override
    public int reportedQueue(int slot) {
        return queue[slot];
    }

    @Override
    public double reportedCacheUse(int slot) {
        return cacheUse[slot];
    }

    @Override
    public double linkSeconds(int slot) {
        return link[slot];
    }

    @Override
    public Forecasts forecasts() {
        return known;
    }

    @Override
    public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        int found = 0;
        for (int slot = 0; slot < cached.length && found < slots.length; slot++) {
            if (cached[slot] > 0) {
                slots[found] = slot;
                blocks[found++] = Math.min(cached[slot], affinity.blocks().length);
            }
        }
        return found;
    }
}
