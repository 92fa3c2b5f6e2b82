package dev.penstock.gateway.cluster;

import dev.penstock.routing.Outcome;
import dev.penstock.routing.Worker;
import dev.penstock.routing.limit.FailureAccrual;
import dev.penstock.routing.limit.ProbeResult;
import dev.penstock.routing.limit.Reachability;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's place at this gateway: its two state machines, its count of requests, when it is asked next. Guarded by
 * itself; what others may read without the lock is volatile or on the board.
 *
 * <p>It may be sent requests while it is {@linkplain Reachability reachable}, not ejected by {@link FailureAccrual}, not
 * draining, and listed. On trial it is sent one.
 */
final class WorkerEntry {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerEntry.class);

    /** A trial whose end is not seen by then no longer keeps others away. */
    private static final long TRIAL_NANOS = 10_000_000_000L;

    /** How long a worker that said it was full is taken to be, where it does not report meanwhile. */
    private static final long FULL_NANOS = 1_000_000_000L;

    /** How long requests wait for a worker of which nothing is heard any more, where there is no other. */
    private static final long SILENCE_NANOS = 10_000_000_000L;

    /** A worker that has just become unreachable is asked again within this, however rarely it is asked otherwise. */
    private static final long SOON_NANOS = 500_000_000L;

    final boolean announced;
    final int slot;
    final long listedNanos;
    private final LoadBoard board;
    private final Supplier<PoolRules> currentRules;
    private final RandomGenerator random;

    volatile Worker worker;
    private volatile Optional<StaticWorker> configured;
    private volatile Optional<RemoteOffer> offer = Optional.empty();
    private volatile LinkHistory link = LinkHistory.NONE;
    volatile FailureAccrual accrual;
    volatile Reachability reachability;
    volatile boolean draining;
    volatile long incarnation;
    volatile long loadHeardNanos;
    private volatile boolean listed = true;
    private boolean slotGivenBack;
    private boolean trialTaken;
    private long trialNanos;
    private long fullSinceNanos;
    private long reachedNanos;
    private boolean probing;
    private long nextProbeNanos;

    /** What every entry of a pool shares. */
    record Parts(LoadBoard board, Supplier<PoolRules> rules, RandomGenerator random) {}

    /**
     * A worker that is listed from now on.
     *
     * @param configured as what; empty for one that announced itself
     */
    WorkerEntry(Worker worker, Optional<StaticWorker> configured, Parts parts, long nowNanos) {
        this.worker = worker;
        this.slot = worker.slot();
        this.listedNanos = nowNanos;
        this.configured = configured;
        this.announced = configured.isEmpty();
        this.board = parts.board();
        this.currentRules = parts.rules();
        this.random = parts.random();
        this.accrual = FailureAccrual.closed(nowNanos);
        this.reachability = unknown();
        this.nextProbeNanos = nowNanos;
        this.loadHeardNanos = nowNanos;
        board.reset(slot, nowNanos);
    }

    ProbePlan plan() {
        return configured.map(StaticWorker::probe).orElseGet(() -> rules().probe());
    }

    EngineSignals signals() {
        return configured.map(StaticWorker::signals).orElse(EngineSignals.NONE);
    }

    /** How a remote Penstock is asked what it serves; empty for any other worker. */
    Optional<SummaryPoll> remote() {
        return configured.flatMap(StaticWorker::remote);
    }

    /** What a remote Penstock last said; empty before it was heard, and for any other worker. */
    Optional<RemoteOffer> offer() {
        return offer;
    }

    /** Where it is asked how it is, it may be sent nothing until it has answered. */
    private Reachability unknown() {
        return plan().path().isPresent() ? Reachability.UNPROVEN : Reachability.REACHABLE;
    }

    /** Goes by what the configuration now says. What was learned of it holds, unless it is asked elsewhere from now on. */
    synchronized void configure(StaticWorker next, long nowNanos) {
        boolean elsewhere = !worker.endpoint().equals(next.endpoint())
                || !plan().path().equals(next.probe().path());
        configured = Optional.of(next);
        if (elsewhere || next.remote().isEmpty()) {
            offer = Optional.empty();
        }
        become(next.at(slot, offer));
        nextProbeNanos =
                Math.min(nextProbeNanos, nowNanos + next.probe().interval().toNanos());
        if (elsewhere) {
            restarted(nowNanos);
        }
    }

    /** More capacity is room that nobody's end of a request tells of. */
    private void become(Worker now) {
        if (now.capacity() > worker.capacity()) {
            board.moreRoom();
        }
        worker = now;
    }

    private PoolRules rules() {
        return currentRules.get();
    }

    /** Counts a request in; false where the worker is off the list and must be sent nothing. */
    synchronized boolean enter(int places, long nowNanos) {
        if (!listed) {
            return false;
        }
        board.addInFlight(slot, places);
        if (accrual.state() == FailureAccrual.State.TRIAL) {
            trialTaken = true;
            trialNanos = nowNanos;
            publish();
        }
        return true;
    }

    /** Counts a request out. Returns whether to look at once how the worker is. */
    synchronized boolean leave(int places, Outcome outcome, long nowNanos, BooleanSupplier mayEject) {
        board.addInFlight(slot, -places);
        boolean probe = false;
        switch (outcome) {
            case Outcome.Succeeded succeeded -> {
                accrual = accrual.onSuccess(rules().accrual(), nowNanos);
                board.heard(slot, nowNanos);
            }
            case Outcome.Failed failed -> probe = failed(failed.failure(), nowNanos, mayEject);
            case Outcome.Ignored ignored -> board.heard(slot, nowNanos);
            case Outcome.Cancelled cancelled -> {}
            case Outcome.LostHedge lost -> {}
        }
        if (accrual.state() != FailureAccrual.State.TRIAL || board.inFlight(slot) == 0) {
            trialTaken = false; // while others are in flight, one from before the ejection may be what has ended
        }
        publish();
        return probe;
    }

    private boolean failed(Outcome.FailureClass failure, long nowNanos, BooleanSupplier mayEject) {
        switch (failure) {
            case CONNECT, RESET -> {
                if (plan().path().isEmpty()) {
                    accrual = accrual.eject(rules().accrual(), nowNanos, random);
                    return false;
                }
                reachability = reachability.onBrokenConnection();
                nextProbeNanos = nowNanos;
                return true;
            }
            case FIRST_TOKEN_TIMEOUT, STALLED, PROTOCOL, SERVER_ERROR ->
                accrual = accrual.onFailure(rules().accrual(), nowNanos, random, mayEject.getAsBoolean());
            case OVERLOADED -> {
                board.heard(slot, nowNanos);
                board.saidFull(slot, worker.capacity());
                fullSinceNanos = nowNanos;
            }
            case DEADLINE -> {}
            case DECLINED -> board.heard(slot, nowNanos);
        }
        return false;
    }

    /** Takes what a heartbeat says. */
    synchronized void heard(Worker now, boolean nowDraining, EngineSignals.Reading load, long nowNanos) {
        become(now);
        draining = nowDraining;
        board.report(slot, load, nowNanos);
        board.heard(slot, nowNanos);
        loadHeardNanos = nowNanos;
        publish();
    }

    /** Takes what a remote Penstock says, all of it. Returns whether the worker is another in the directory now. */
    synchronized boolean offered(RemoteOffer said, long nowNanos) {
        Optional<RemoteOffer> before = offer;
        if (configured.isEmpty() || before.filter(said::isBehind).isPresent()) {
            return false;
        }
        if (before.filter(said::isAgain).isEmpty()) {
            signalled(said.load(), nowNanos);
        }
        offer = Optional.of(said);
        draining = said.draining();
        if (!said.refused().isEmpty()
                && before.filter(last -> last.refused().equals(said.refused())).isEmpty()) {
            LOG.warn(
                    "worker {} offers {} models that are none, such as: {}",
                    worker.id(),
                    said.refused().size(),
                    said.refused().getFirst());
        }
        Worker last = worker;
        become(configured.get().at(slot, offer));
        return !worker.equals(last);
    }

    /** A remote Penstock has not been heard for so long that what it served is not known any more. */
    synchronized boolean forgetOffer() {
        if (offer.isEmpty() || configured.isEmpty()) {
            return false;
        }
        offer = Optional.empty();
        become(configured.get().at(slot));
        return true;
    }

    /** Another run of the worker has begun: nothing that was known of the one before holds. */
    synchronized void restarted(long nowNanos) {
        reachability = unknown();
        accrual = FailureAccrual.closed(nowNanos);
        trialTaken = false;
        nextProbeNanos = nowNanos;
        board.restarted(worker);
        publish();
    }

    /** What came of asking it. */
    synchronized void probed(ProbeResult result, boolean answered, long nowNanos) {
        link = link.after(answered);
        probing = false;
        boolean heard = nowNanos - board.heardNanos(slot) <= rules().lease().toNanos();
        boolean before = reachability.reachable();
        reachability = reachability.onProbe(result, heard);
        if (before && !reachability.reachable()) {
            askSoon(nowNanos);
        }
        if (result == ProbeResult.ALIVE) {
            board.heard(slot, nowNanos);
        }
        publish();
    }

    private void askSoon(long nowNanos) {
        nextProbeNanos = Math.min(nextProbeNanos, nowNanos + SOON_NANOS);
    }

    synchronized void reported(LoadReports.Report report, long nowNanos) {
        if (report.running().isPresent()) {
            signalled(
                    new EngineSignals.Reading(report.running().getAsInt(), report.queued(), report.cacheUse()),
                    nowNanos);
        } else {
            board.reportQueue(slot, report.queued(), report.cacheUse());
        }
    }

    synchronized void reportedPrompts(LoadReports.Prompts prompts) {
        board.reportPrompts(slot, prompts);
    }

    synchronized void signalled(EngineSignals.Reading load, long nowNanos) {
        board.report(slot, load, nowNanos);
        loadHeardNanos = nowNanos;
    }

    /**
     * As time goes by.
     *
     * @param listeningSinceNanos since when this process has been able to hear anybody
     * @param clusterHeard whether heartbeats of any worker come from the cluster; if not, silence may be the cluster's
     */
    synchronized void tick(long nowNanos, long listeningSinceNanos, boolean clusterHeard) {
        accrual = accrual.at(nowNanos);
        board.tick(slot, nowNanos);
        if (trialTaken && nowNanos - trialNanos > TRIAL_NANOS) {
            trialTaken = false;
        }
        long heardNanos = board.heardNanos(slot);
        long quietSince = heardNanos - listeningSinceNanos > 0 ? heardNanos : listeningSinceNanos;
        long lease = rules().lease().toNanos();
        if (announced && reachability.reachable() && nowNanos - quietSince > (clusterHeard ? lease : silence(lease))) {
            reachability = reachability.onSilence();
            askSoon(nowNanos);
        }
        if (nowNanos - loadHeardNanos > 2 * lease + plan().interval().toNanos()) {
            board.forgetReport(slot);
        }
        if (reachability.reachable()) {
            reachedNanos = nowNanos;
        }
        if (nowNanos - fullSinceNanos > FULL_NANOS) {
            board.fullNoLonger(slot);
        }
        board.setSilent(
                slot,
                listed
                        && !draining
                        && accrual.state() == FailureAccrual.State.CLOSED
                        && reachability.state() == Reachability.State.SILENT
                        && nowNanos - reachedNanos < SILENCE_NANOS);
        publish();
    }

    /** How long a worker that is heard by its probes alone may be silent: one that is missed is not yet a silence. */
    private long silence(long lease) {
        ProbePlan plan = plan();
        return Math.max(lease, 2 * plan.interval().toNanos() + plan.timeout().toNanos());
    }

    /** Whether to ask it now how it is; the caller then must, and tell {@link #probed}. */
    synchronized boolean startProbe(long nowNanos) {
        if (!listed || probing || plan().path().isEmpty() || nowNanos - nextProbeNanos < 0) {
            return false;
        }
        probing = true;
        long interval = plan().interval().toNanos();
        if (!reachability.reachable()) {
            interval = Math.min(interval, 2_000_000_000L);
        }
        nextProbeNanos = nowNanos + interval - interval / 20 + random.nextLong(interval / 10 + 1);
        return true;
    }

    /** Takes it off the list: nothing new goes there. */
    synchronized void unlist() {
        listed = false;
        publish();
    }

    /** Whether its slot may go to another now: off the list and nothing in flight. Says so once. */
    synchronized boolean giveBackSlot() {
        if (listed || slotGivenBack || board.inFlight(slot) > 0) {
            return false;
        }
        slotGivenBack = true;
        return true;
    }

    /** Whether it is in the directory, or will be as soon as that is rebuilt. */
    boolean listed() {
        return listed;
    }

    boolean ejected() {
        return accrual.state() != FailureAccrual.State.CLOSED;
    }

    WorkerStatus status() {
        return new WorkerStatus(
                worker,
                announced,
                board.available(slot),
                reachability.state(),
                accrual.state(),
                draining,
                board.inFlight(slot),
                board.reportedLoad(slot),
                board.ageMillis(slot),
                remote().isPresent(),
                board.linkSeconds(slot),
                link.loss());
    }

    private void publish() {
        boolean flows = accrual.state() == FailureAccrual.State.CLOSED
                || (accrual.state() == FailureAccrual.State.TRIAL && !trialTaken);
        boolean available = listed && !draining && reachability.reachable() && flows;
        if (board.setAvailable(slot, available)) {
            LOG.info(
                    "worker {} is {}: {}, {}{}{}",
                    worker.id(),
                    available ? "available" : "not available",
                    reachability.state(),
                    accrual.state(),
                    draining ? ", draining" : "",
                    listed ? "" : ", left");
        }
    }
}
