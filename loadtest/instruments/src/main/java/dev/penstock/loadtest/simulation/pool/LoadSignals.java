package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;

/**
 * One gateway's view of the load, by the rules of the gateway's own board: its own count moves at dispatch, and the load of
 * others is what a report has beyond the most that this gateway had there since the report before the last one.
 */
final class LoadSignals implements LoadView {
    private static final long MIN_WINDOW_NANOS = 400_000_000L;
    private static final double LINK_SHARE = 0.1;
    private static final double RATE_NANOS = 60e9;

    private final VirtualClock clock;
    private final Learning learning;
    private final int[] inFlight;
    private final int[] reported;
    private final int[] foreign;
    private final int[] saidFullAt;
    private final int[] queued;
    private final double[] memoryUse;
    private final int[] peak;
    private final int[] peakBefore;
    private final long[] peakSince;
    private final boolean[] available;
    private final long[] heard;
    private final double[] link;
    private final double[] pendingPrompt;
    private final double[] pendingOutput;
    private final double[] promptsReported;
    private final double[] promptsSentSince;
    private final double[] promptsDone;
    private final double[] promptsDoneBefore;
    private final double[] promptRate;
    private final long[] rateNanos;

    LoadSignals(VirtualClock clock, Learning learning, int slots) {
        this.clock = clock;
        this.learning = learning;
        this.inFlight = new int[slots];
        this.reported = new int[slots];
        this.foreign = new int[slots];
        this.saidFullAt = new int[slots];
        this.queued = new int[slots];
        this.memoryUse = new double[slots];
        this.peak = new int[slots];
        this.peakBefore = new int[slots];
        this.peakSince = new long[slots];
        this.available = new boolean[slots];
        this.heard = new long[slots];
        this.link = new double[slots];
        this.pendingPrompt = new double[slots];
        this.pendingOutput = new double[slots];
        this.promptsReported = new double[slots];
        this.promptsSentSince = new double[slots];
        this.promptsDone = new double[slots];
        this.promptsDoneBefore = new double[slots];
        this.promptRate = new double[slots];
        this.rateNanos = new long[slots];
        java.util.Arrays.fill(promptsReported, -1);
        java.util.Arrays.fill(available, true);
    }

    @Override
    public int inFlight(int slot) {
        return inFlight[slot];
    }

    @Override
    public int reportedLoad(int slot) {
        return reported[slot];
    }

    @Override
    public int foreignLoad(int slot) {
        return Math.max(foreign[slot], saidFullAt[slot]);
    }

    /** One request is let through whatever others have there, as the gateway does. */
    @Override
    public boolean hasRoom(int slot, int capacity, int places) {
        return (inFlight[slot] == 0 && saidFullAt[slot] == 0) || LoadView.super.hasRoom(slot, capacity, places);
    }

    @Override
    public boolean available(int slot) {
        return available[slot];
    }

    @Override
    public long ageMillis(int slot) {
        return (clock.nowNanos() - heard[slot]) / 1_000_000;
    }

    @Override
    public double pendingPromptTokens(int slot) {
        return pendingPrompt[slot];
    }

    @Override
    public double promptTokensAhead(int slot) {
        return promptsReported[slot] < 0 ? -1 : promptsReported[slot] + promptsSentSince[slot];
    }

    @Override
    public double promptTokensPerSecond(int slot) {
        return promptRate[slot];
    }

    /** What a request that is sent now waits behind, as far as this gateway knows. */
    double ahead(int slot) {
        double ahead = promptTokensAhead(slot);
        return ahead < 0 ? pendingPrompt[slot] * ofAll(slot) : ahead;
    }

    private double ofAll(int slot) {
        return 1 + foreignLoad(slot) / Math.max(1.0, inFlight[slot]);
    }

    /** Prompt tokens computed there so far, by its own word or as many for others as for us. */
    double promptTokensDone(int slot) {
        return promptsDone[slot];
    }

    /** What was computed since the last time goes into the average of about a minute. */
    void measureRate(int slot) {
        double nanos = clock.nowNanos() - rateNanos[slot];
        double share = 1 - Math.exp(-nanos / RATE_NANOS);
        double since = Math.max(0, promptsDone[slot] - promptsDoneBefore[slot]);
        promptRate[slot] += share * (since / Math.max(1, nanos) * 1e9 - promptRate[slot]);
        promptsDoneBefore[slot] = promptsDone[slot];
        rateNanos[slot] = clock.nowNanos();
    }

    @Override
    public double pendingOutputTokens(int slot) {
        return pendingOutput[slot];
    }

    @Override
    public int reportedQueue(int slot) {
        return queued[slot];
    }

    @Override
    public double reportedCacheUse(int slot) {
        return memoryUse[slot];
    }

    @Override
    public double linkSeconds(int slot) {
        return link[slot];
    }

    @Override
    public Forecasts forecasts() {
        return learning.forecasts();
    }

    @Override
    public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        return learning.cachedBlocks(model, affinity, slots, blocks);
    }

    void begin(int slot, double promptTokens, double outputTokens) {
        inFlight[slot]++;
        peak[slot] = Math.max(peak[slot], inFlight[slot]);
        pendingPrompt[slot] += promptTokens;
        promptsSentSince[slot] += promptTokens;
        pendingOutput[slot] += outputTokens;
    }

    void firstToken(int slot, double promptTokens) {
        pendingPrompt[slot] = Math.max(0, pendingPrompt[slot] - promptTokens);
        if (promptsReported[slot] < 0) {
            promptsDone[slot] += promptTokens * ofAll(slot);
        }
    }

    void end(int slot, double outputTokens) {
        inFlight[slot]--;
        pendingOutput[slot] = Math.max(0, pendingOutput[slot] - outputTokens);
    }

    /** Takes a report; whether room may have come up by it. */
    boolean report(int slot, Node.Report report) {
        heard[slot] = clock.nowNanos();
        int before = foreignLoad(slot);
        if (report.load() >= 0) {
            reported[slot] = report.load();
            queued[slot] = report.waiting();
            memoryUse[slot] = report.memoryUse();
            foreign[slot] = Math.max(0, report.load() - Math.max(peak[slot], peakBefore[slot]));
            saidFullAt[slot] = 0;
        }
        if (report.promptTokensLeft() >= 0) {
            promptsReported[slot] = report.promptTokensLeft();
            promptsSentSince[slot] = 0;
            promptsDone[slot] = report.promptTokensDone();
        }
        if (clock.nowNanos() - peakSince[slot] >= MIN_WINDOW_NANOS) {
            peakBefore[slot] = peak[slot];
            peak[slot] = inFlight[slot];
            peakSince[slot] = clock.nowNanos();
        }
        boolean came = !available[slot];
        available[slot] = true;
        return came || foreignLoad(slot) < before;
    }

    void measured(int slot, double rttSeconds) {
        link[slot] = link[slot] == 0 ? rttSeconds : link[slot] + LINK_SHARE * (rttSeconds - link[slot]);
    }

    void saidFull(int slot, int capacity) {
        saidFullAt[slot] = capacity;
    }

    void fullNoLonger(int slot) {
        saidFullAt[slot] = 0;
    }

    void gone(int slot) {
        available[slot] = false;
        reported[slot] = 0;
        foreign[slot] = 0;
        queued[slot] = 0;
        memoryUse[slot] = 0;
        promptsReported[slot] = -1;
    }

    /** Whether a worker that was there was not heard of for that long. */
    boolean silent(int slot, long leaseNanos) {
        return available[slot] && clock.nowNanos() - heard[slot] > leaseNanos;
    }
}
