package dev.penstock.gateway.cluster;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worker;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * The load view: arrays by slot, written by whoever learns something, read without locks. What belongs to a slot is
 * written by one at a time: under the lock of the entry that has it.
 *
 * <p>What policies read is read opaquely: they read thousands of figures for a plan, which need not be of one moment, and the
 * compiler may put no fence around each.
 *
 * <p>The load of others is what a worker reports beyond this gateway's own requests. A report is older than its arrival:
 * requests that have ended here since it was written are still in it. So it is compared with the most this gateway had in
 * flight since the report before the last one came, which is no less than what it had when this one was written. That may
 * take too little for foreign for a while, never too much: a gateway alone has its workers to itself.
 */
final class LoadBoard implements LoadView {
    /** Reports that come in one burst are as old as those that came one by one: they share a window. */
    private static final long MIN_WINDOW_NANOS = 400_000_000L;

    private final AtomicIntegerArray inFlight = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray reported = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray foreign = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray saidFullAt = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray peak = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray peakBefore = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicLongArray peakSinceNanos = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray available = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray silent = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicLongArray heardNanos = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicBoolean roomCameUp = new AtomicBoolean();
    private final AtomicLongArray pendingPrompt = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicLongArray pendingOutput = new AtomicLongArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray queued = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicIntegerArray cacheUsePerMille = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private final AtomicLongArray linkNanos = new AtomicLongArray(Directory.MAX_WORKERS);
    private final PromptWork prompts = new PromptWork();
    private final Learning learning;
    private final LongSupplier nanoClock;

    LoadBoard(LongSupplier nanoClock, Learning learning) {
        this.learning = learning;
        this.nanoClock = nanoClock;
    }

    @Override
    public int inFlight(int slot) {
        return inFlight.getOpaque(slot);
    }

    @Override
    public int reportedLoad(int slot) {
        return reported.getOpaque(slot);
    }

    @Override
    public int foreignLoad(int slot) {
        int told = foreign.getOpaque(slot);
        int full = saidFullAt.getOpaque(slot);
        return told > full ? told : full;
    }

    /**
     * One request is let through whatever others have there: a gateway that keeps a worker full must not keep another from
     * ever getting in. So a worker has at most one request too many for each gateway but the first. Not where it has just
     * said that it is full.
     */
    @Override
    public boolean hasRoom(int slot, int capacity, int places) {
        int own = inFlight.getOpaque(slot);
        int full = saidFullAt.getOpaque(slot);
        if (own == 0 && full == 0) {
            return true;
        }
        int others = foreign.getOpaque(slot);
        // Counted as a difference: the sum of two large loads is no int.
        return (others > full ? others : full) <= capacity - own - Math.min(places, capacity);
    }

    @Override
    public boolean available(int slot) {
        return available.getOpaque(slot) != 0;
    }

    @Override
    public boolean fellSilent(int slot) {
        return silent.getOpaque(slot) != 0;
    }

    @Override
    public long ageMillis(int slot) {
        return Math.max(0, (nanoClock.getAsLong() - heardNanos.get(slot)) / 1_000_000);
    }

    @Override
    public double pendingPromptTokens(int slot) {
        return pendingPrompt.getOpaque(slot);
    }

    @Override
    public double promptTokensAhead(int slot) {
        return prompts.ahead(slot);
    }

    @Override
    public double promptTokensPerSecond(int slot) {
        return prompts.perSecond(slot);
    }

    /** What a request that is sent now waits behind: by the worker's word, or as much for others as for us. */
    double ahead(int slot) {
        double ahead = prompts.ahead(slot);
        return ahead < 0 ? pendingPrompt.getOpaque(slot) * ofAll(slot) : ahead;
    }

    /** How many requests the worker has for each of our own there. */
    private double ofAll(int slot) {
        return 1 + foreignLoad(slot) / Math.max(1.0, inFlight.getOpaque(slot));
    }

    /** Prompt tokens that the worker has computed so far, for everybody, from some beginning; as far as is known. */
    long promptTokensDone(int slot) {
        return prompts.done(slot);
    }

    @Override
    public double pendingOutputTokens(int slot) {
        return pendingOutput.getOpaque(slot);
    }

    @Override
    public int reportedQueue(int slot) {
        return queued.getOpaque(slot);
    }

    @Override
    public double reportedCacheUse(int slot) {
        return cacheUsePerMille.getOpaque(slot) / 1000.0;
    }

    @Override
    public double linkSeconds(int slot) {
        return linkNanos.getOpaque(slot) / 1e9;
    }

    @Override
    public Forecasts forecasts() {
        return learning.forecasts();
    }

    @Override
    public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        return learning.cachedBlocks(model, affinity, slots, blocks);
    }

    long nowNanos() {
        return nanoClock.getAsLong();
    }

    /** Counts the tokens of a request in. */
    void sent(int slot, long promptTokens, long outputTokens) {
        pendingPrompt.addAndGet(slot, promptTokens);
        pendingOutput.addAndGet(slot, outputTokens);
        prompts.sent(slot, promptTokens);
    }

    /** Takes what a worker says of prompts, everybody's. */
    void reportPrompts(int slot, LoadReports.Prompts told) {
        prompts.report(slot, told.left(), told.computed(), nanoClock.getAsLong());
    }

    /** A prompt of ours is no longer to be computed: it has been, or nobody waits for it. */
    void promptEnded(int slot, long promptTokens, boolean computed) {
        pendingPrompt.addAndGet(slot, -promptTokens);
        if (computed) {
            prompts.computed(slot, Math.round(promptTokens * ofAll(slot)));
        }
    }

    /** Counts the tokens out that a request was to generate. */
    void outputEnded(int slot, long outputTokens) {
        pendingOutput.addAndGet(slot, -outputTokens);
    }

    /** As time goes by. */
    void tick(int slot, long nowNanos) {
        prompts.tick(slot, nowNanos);
    }

    /** Smoothed as TCP does its own: an eighth of each (RFC 6298). Probes of a worker follow one another. */
    void linkMeasured(int slot, long nanos) {
        long before = linkNanos.get(slot);
        linkNanos.set(slot, before == 0 ? nanos : before + (nanos - before) / 8);
    }

    /** Its caches are empty. */
    private void restarted(int slot) {
        learning.restarted(slot);
    }

    /** Another run of it has begun. */
    void restarted(Worker worker) {
        restarted(worker.slot());
        learning.forecasts().restarted(worker);
    }

    void reset(int slot, long nowNanos) {
        restarted(slot);
        prompts.reset(slot, nowNanos);
        queued.set(slot, 0);
        cacheUsePerMille.set(slot, 0);
        linkNanos.set(slot, 0);
        reported.set(slot, 0);
        foreign.set(slot, 0);
        saidFullAt.set(slot, 0);
        peak.set(slot, inFlight.get(slot));
        peakBefore.set(slot, 0);
        peakSinceNanos.set(slot, nowNanos);
        available.set(slot, 0);
        silent.set(slot, 0);
        heardNanos.set(slot, nowNanos);
    }

    int addInFlight(int slot, int change) {
        int now = inFlight.addAndGet(slot, change);
        if (now > peak.get(slot)) {
            peak.set(slot, now);
        }
        return now;
    }

    /** Takes what a worker says it has, from all gateways; that it said it was full is over with it. */
    void report(int slot, EngineSignals.Reading reading, long nowNanos) {
        reportQueue(slot, reading.queued(), reading.cacheUse());
        report(slot, reading.load(), nowNanos);
    }

    /** Takes what a worker says that does not tell what it runs. */
    void reportQueue(int slot, int waiting, double cacheUse) {
        queued.set(slot, waiting);
        cacheUsePerMille.set(slot, (int) Math.round(1000 * cacheUse));
    }

    private void report(int slot, int load, long nowNanos) {
        int before = foreignLoad(slot);
        reported.set(slot, load);
        foreign.set(slot, Math.max(0, load - Math.max(peak.get(slot), peakBefore.get(slot))));
        saidFullAt.set(slot, 0);
        if (nowNanos - peakSinceNanos.get(slot) >= MIN_WINDOW_NANOS) {
            peakBefore.set(slot, peak.get(slot));
            peak.set(slot, inFlight.get(slot));
            peakSinceNanos.set(slot, nowNanos);
        }
        roomSince(before, slot);
    }

    /** What a worker reported is too long ago to go by. */
    void forgetReport(int slot) {
        int before = foreignLoad(slot);
        reported.set(slot, 0);
        queued.set(slot, 0);
        cacheUsePerMille.set(slot, 0);
        foreign.set(slot, 0);
        prompts.forgetReport(slot);
        roomSince(before, slot);
    }

    /** A worker has refused a request as one too many: it has at least that many, whoever sent them. */
    void saidFull(int slot, int capacity) {
        saidFullAt.set(slot, capacity);
    }

    /** That it was full is too long ago to go by. */
    void fullNoLonger(int slot) {
        int before = foreignLoad(slot);
        saidFullAt.set(slot, 0);
        roomSince(before, slot);
    }

    private void roomSince(int foreignBefore, int slot) {
        if (foreignLoad(slot) < foreignBefore) {
            moreRoom();
        }
    }

    /** Room came up in a way that is not seen here. */
    void moreRoom() {
        roomCameUp.set(true);
    }

    /** Whoever waits for a worker that is given up is told so: it looks again. */
    void setSilent(int slot, boolean value) {
        if (silent.getAndSet(slot, value ? 1 : 0) != 0 && !value) {
            moreRoom();
        }
    }

    /** Returns whether that is a change. */
    boolean setAvailable(int slot, boolean value) {
        boolean changed = available.getAndSet(slot, value ? 1 : 0) != 0 != value;
        if (changed && value) {
            moreRoom();
        }
        return changed;
    }

    /** Whether a worker became available, or emptier by the work of others, since this was last asked. */
    boolean takeRoomCameUp() {
        return roomCameUp.get() && roomCameUp.getAndSet(false);
    }

    void heard(int slot, long nowNanos) {
        heardNanos.set(slot, nowNanos);
    }

    long heardNanos(int slot) {
        return heardNanos.get(slot);
    }
}
