package dev.penstock.gateway.cluster;

import dev.penstock.gateway.cluster.AnnouncementIntake.Facts;
import dev.penstock.gateway.cluster.AnnouncementIntake.Intake;
import dev.penstock.gateway.pipeline.Fleet;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.protocol.announcement.AnnouncedLoad;
import dev.penstock.protocol.announcement.AnnouncementSeal;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.protocol.announcement.WorkerAnnouncement;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.limit.ProbeResult;
import dev.penstock.routing.price.PriceTable;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The pool as this gateway sees it. Has no thread of its own: records come in by {@link #accept}, time by {@link #tick}.
 * The table is guarded by this object's monitor; the directory is rebuilt and swapped whole when what it tells has
 * changed; routing reads it and the load board without locks.
 */
public final class PoolFleet implements Fleet {
    /** Workers look for a gateway they lost at least every 1.2 s, are connected within one more, and announce at once. */
    private static final long SETTLING_NANOS = 5_000_000_000L;

    private static final long LEARNING_NANOS = 1_000_000_000L;

    private final AnnouncementIntake intake;
    private final WorkerProbe prober;
    private final LongSupplier nanoClock;
    private final WorkerEntry.Parts parts;
    private final Learning learning;
    private final LoadBoard board;
    private final RefusalCounts refusals;
    private final PoolTable table = new PoolTable();
    private final List<Runnable> roomCallbacks = new CopyOnWriteArrayList<>();
    private volatile PoolRules rules;
    private volatile long clusterHeardNanos;
    private volatile long settledNanos;
    private long lastTickNanos;
    private volatile long learnedNanos;
    private long listeningSinceNanos;

    /** A pool on the system's clocks and resolver. */
    public PoolFleet(ClusterSecret secret, EndpointRules endpoints, PoolRules rules, WorkerProbe prober) {
        this(
                new AnnouncementIntake(
                        new AnnouncementSeal(secret),
                        new EndpointPins(
                                endpoints, AddressResolver.SYSTEM, Thread::startVirtualThread, System::nanoTime),
                        InstantSource.system()),
                prober,
                rules,
                System::nanoTime,
                new Random());
    }

    PoolFleet(
            AnnouncementIntake intake,
            WorkerProbe prober,
            PoolRules rules,
            LongSupplier nanoClock,
            RandomGenerator random) {
        this.intake = intake;
        this.prober = prober;
        this.rules = rules;
        this.nanoClock = nanoClock;
        this.learning = Learning.begin(nanoClock.getAsLong());
        this.board = new LoadBoard(nanoClock, learning);
        this.parts = new WorkerEntry.Parts(board, () -> this.rules, random);
        this.refusals = new RefusalCounts(nanoClock, () -> this.rules.lease());
        this.lastTickNanos = nanoClock.getAsLong();
        this.learnedNanos = lastTickNanos;
        this.listeningSinceNanos = lastTickNanos;
        this.clusterHeardNanos = lastTickNanos;
        this.settledNanos = lastTickNanos;
    }

    @Override
    public Directory directory() {
        return table.directory();
    }

    @Override
    public Directory nearest() {
        return table.nearest();
    }

    @Override
    public LoadView load() {
        return board;
    }

    @Override
    public void onRoom(Runnable callback) {
        roomCallbacks.add(callback);
    }

    @Override
    public Optional<WorkerLease> dispatch(Worker worker, Work work) {
        @Nullable WorkerEntry entry = table.at(worker.slot());
        if (entry == null || !isStill(entry, worker) || !entry.enter(work.places(), nanoClock.getAsLong())) {
            return Optional.empty(); // it left since the directory was read, or is elsewhere now
        }
        return Optional.of(new Dispatch(entry, work, board, learning, this::end));
    }

    private static boolean isStill(WorkerEntry entry, Worker planned) {
        Worker now = entry.worker;
        return now.id().equals(planned.id())
                && now.site().equals(planned.site())
                && now.endpoint().equals(planned.endpoint());
    }

    /** The worker as it is at this moment; empty where it has left. From any thread. */
    public Optional<Worker> current(Worker planned) {
        @Nullable WorkerEntry entry = table.at(planned.slot());
        return entry == null || !entry.worker.id().equals(planned.id()) || !entry.listed()
                ? Optional.empty()
                : Optional.of(entry.worker);
    }

    /** Whether this worker is in the pool by its own word, proven with the pool's secret: it may be shown what it proves. */
    public boolean announced(Worker worker) {
        @Nullable WorkerEntry entry = table.at(worker.slot());
        return entry != null && entry.announced && entry.worker.id().equals(worker.id());
    }

    private void end(WorkerEntry entry, int places, Outcome outcome) {
        long now = nanoClock.getAsLong();
        if (entry.leave(places, outcome, now, () -> mayEject(entry))) {
            probeIfDue(entry, now);
        }
        table.giveBackSlot(entry);
        board.takeRoomCameUp();
        roomCallbacks.forEach(Runnable::run);
    }

    /** At most half of the pool, and never the last that serves a model: whoever is left could only be worse. */
    private boolean mayEject(WorkerEntry candidate) {
        List<WorkerEntry> all = table.listed();
        long ejected = all.stream().filter(WorkerEntry::ejected).count();
        if (2 * (ejected + 1) > all.size()) {
            return false;
        }
        Directory now = table.directory();
        for (ServedModel model : candidate.worker.models()) {
            boolean others = now.serving(model.id()).stream()
                    .anyMatch(worker -> worker.slot() != candidate.slot && board.available(worker.slot()));
            if (!others) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes a record that was stored under a key, however it came here. Never fails: what is not believed is counted.
     */
    public void accept(String key, byte[] record) {
        switch (intake.take(key, record)) {
            case Intake.Accepted(WorkerAnnouncement announcement, Facts facts) -> admit(announcement, facts);
            case Intake.Refused(RefusalReason reason, String detail) -> refusals.count(reason, key, detail);
            case Intake.Seen() -> {}
            case Intake.Resolving() -> {}
        }
        signalRoom();
    }

    /** Counts a value that was found under a key and is no record at all. */
    void refuse(RefusalReason reason, String key, String detail) {
        refusals.count(reason, key, detail);
    }

    private void admit(WorkerAnnouncement announcement, Facts facts) {
        long now = nanoClock.getAsLong();
        @Nullable WorkerEntry entry;
        synchronized (this) {
            entry = table.get(facts.id());
            if (entry != null && !entry.announced) {
                refusals.count(
                        RefusalReason.NAME_TAKEN, announcement.workerId(), "the configuration names an upstream so");
                return;
            }
            if (entry == null) {
                dropGhosts(facts, now);
                entry = list(facts.id(), slot -> new WorkerEntry(facts.at(slot), Optional.empty(), parts, now))
                        .orElse(null);
                if (entry == null) {
                    return;
                }
                entry.incarnation = announcement.sequence().incarnation();
            }
            update(entry, announcement, facts.at(entry.slot), now);
        }
        probeIfDue(entry, now);
    }

    private void update(WorkerEntry entry, WorkerAnnouncement announcement, Worker worker, long now) {
        Worker before = entry.worker;
        long incarnation = announcement.sequence().incarnation();
        if (incarnation != entry.incarnation || !worker.endpoint().equals(before.endpoint())) {
            entry.incarnation = incarnation;
            entry.restarted(now);
        }
        AnnouncedLoad load = announcement.load();
        entry.heard(worker, announcement.draining(), new EngineSignals.Reading(load.running(), load.queued(), 0), now);
        if (!worker.equals(before)) {
            table.rebuild();
        }
    }

    /** A worker that is silent, at an endpoint where another now is, is the one before it under another name. */
    private void dropGhosts(Facts newcomer, long now) {
        for (WorkerEntry entry : table.listed()) {
            if (entry.announced
                    && entry.worker.endpoint().equals(newcomer.endpoint())
                    && now - entry.loadHeardNanos > rules.lease().toNanos()) {
                table.remove(entry);
            }
        }
    }

    /**
     * A worker's record has gone from the cluster. Anybody there can do that, so it is believed only of one that said it
     * would leave; any other is judged by its lease.
     */
    public void withdrawn(String key) {
        synchronized (this) {
            for (WorkerEntry entry : table.listed()) {
                if (entry.announced
                        && entry.draining
                        && entry.worker.id().value().equals(key)) {
                    table.remove(entry);
                }
            }
        }
    }

    /** These are all the keys that the cluster holds: whoever said it would leave and is not among them has left. */
    void reconcile(Set<String> keys) {
        synchronized (this) {
            for (WorkerEntry entry : table.listed()) {
                if (entry.announced
                        && entry.draining
                        && !keys.contains(entry.worker.id().value())) {
                    table.remove(entry);
                }
            }
        }
    }

    /** Something came from the cluster just now, of whatever worker: it is not lost. */
    void clusterHeard() {
        clusterHeardNanos = nanoClock.getAsLong();
    }

    /** This gateway is in a cluster from now on, whose workers are yet to be heard. */
    void joined() {
        settledNanos = nanoClock.getAsLong() + SETTLING_NANOS;
    }

    /** For a few seconds after it has joined its cluster; never without one. */
    @Override
    public boolean settling() {
        return nanoClock.getAsLong() - settledNanos < 0;
    }

    /**
     * Also what a remote Penstock could serve, and anything while one was never heard: that for as long as one that was heard
     * once is remembered.
     */
    @Override
    public boolean mayComeUp(ModelId model) {
        if (settling()) {
            return true;
        }
        long retention = rules.retention().toNanos();
        long now = nanoClock.getAsLong();
        for (WorkerEntry entry : table.listed()) {
            if (entry.remote().isPresent()) {
                Optional<RemoteOffer> offer = entry.offer();
                if (offer.isEmpty()
                        ? now - entry.listedNanos <= retention
                        : offer.get().resting().contains(model)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Puts these upstreams in the place of those that were configured before. */
    public void replaceUpstreams(List<StaticWorker> upstreams) {
        long now = nanoClock.getAsLong();
        synchronized (this) {
            Set<WorkerId> names = new HashSet<>();
            upstreams.forEach(upstream -> names.add(upstream.id()));
            for (WorkerEntry entry : table.listed()) {
                if (!entry.announced && !names.contains(entry.worker.id())) {
                    table.remove(entry);
                }
            }
            upstreams.forEach(upstream -> configure(upstream, now));
            table.rebuild();
        }
        tick();
    }

    private void configure(StaticWorker upstream, long now) {
        @Nullable WorkerEntry entry = table.get(upstream.id());
        if (entry != null && !entry.announced) {
            entry.configure(upstream, now);
            return;
        }
        if (entry != null) {
            table.remove(entry);
        }
        var unused = list(upstream.id(), slot -> new WorkerEntry(upstream.at(slot), Optional.of(upstream), parts, now));
    }

    private Optional<WorkerEntry> list(WorkerId id, IntFunction<WorkerEntry> entryAt) {
        Optional<WorkerEntry> entry = table.list(entryAt);
        if (entry.isEmpty()) {
            refusals.count(RefusalReason.POOL_FULL, id.value(), "the pool is full");
        }
        return entry;
    }

    /** Judges by these rules from now on. */
    public void replaceRules(PoolRules replacement) {
        rules = replacement;
    }

    /** What models cost from now on, where their workers do not say. */
    public void replacePrices(PriceTable prices) {
        synchronized (this) {
            table.price(prices, today());
        }
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    /** Judges leases and ejections, and asks whoever is due how it is. Called ten times a second. */
    public void tick() {
        long now = nanoClock.getAsLong();
        long lease = rules.lease().toNanos();
        long listeningSince;
        synchronized (this) {
            if (now - lastTickNanos > lease / 3) {
                listeningSinceNanos = now; // this process stood still: that nobody was heard is not their fault
            }
            lastTickNanos = now;
            table.day(today());
            listeningSince = listeningSinceNanos;
        }
        // Half of it: the last heartbeats of several workers were not all at the moment at which the cluster was lost.
        boolean clusterHeard = now - clusterHeardNanos <= lease / 2;
        for (WorkerEntry entry : table.listed()) {
            entry.tick(now, listeningSince, clusterHeard);
            if (entry.announced
                    && board.ageMillis(entry.slot) > rules.retention().toMillis()) {
                synchronized (this) {
                    table.remove(entry);
                }
            }
            if (entry.remote().isPresent()
                    && board.ageMillis(entry.slot) > rules.retention().toMillis()) {
                synchronized (this) {
                    if (entry.forgetOffer()) {
                        table.rebuild();
                    }
                }
            }
            probeIfDue(entry, now);
        }
        if (now - learnedNanos >= LEARNING_NANOS) {
            learnedNanos = now;
            learning.tick(table.directory(), now);
        }
        signalRoom();
    }

    private void probeIfDue(WorkerEntry entry, long now) {
        if (!entry.startProbe(now)) {
            return;
        }
        Worker worker = entry.worker;
        ProbePlan plan = entry.plan();
        if (entry.remote().isPresent()) {
            entry.remote()
                    .get()
                    .ask(worker, plan.timeout())
                    .otherwise(SummaryPoll.Answer.without(ProbeResult.BROKEN, false))
                    .onSuccess(answer -> summarised(entry, worker, answer));
            return;
        }
        prober.probe(worker, plan.path().orElseThrow(), plan.timeout()).onComplete(probed -> {
            ProbeResult result = probed.succeeded() ? probed.result() : ProbeResult.BROKEN;
            boolean answered = result == ProbeResult.ALIVE || result == ProbeResult.UNREADY;
            entry.probed(result, answered, nanoClock.getAsLong());
            signalRoom();
        });
        if (entry.signals() != EngineSignals.NONE) {
            entry.signals()
                    .read(worker)
                    .onSuccess(reading -> reading.ifPresent(load -> {
                        entry.signalled(load, nanoClock.getAsLong());
                        signalRoom();
                    }));
            entry.signals().loaded(worker).onSuccess(said -> said.ifPresent(loaded -> told(worker, loaded)));
        }
    }

    /** Its engine has these of its models in memory. */
    private void told(Worker worker, Set<ModelId> loaded) {
        long now = nanoClock.getAsLong();
        for (ServedModel model : worker.models()) {
            learning.forecasts().told(worker, model, loaded.contains(model.id()), now);
        }
    }

    /** Its models are there before it may be sent anything. */
    private void summarised(WorkerEntry entry, Worker asked, SummaryPoll.Answer answer) {
        long now = nanoClock.getAsLong();
        answer.said().map(RemoteOffer::of).ifPresent(offer -> {
            synchronized (this) {
                boolean still = entry.worker.endpoint().equals(asked.endpoint())
                        && entry.remote().isPresent();
                if (still && entry.offered(offer, now)) {
                    table.rebuild();
                }
            }
        });
        entry.probed(answer.result(), answer.answered(), now);
        signalRoom();
    }

    /**
     * What a worker says of its load beside an answer. From any thread.
     *
     * @param header the value of its {@code endpoint-load-metrics}; what is not well formed is not believed
     */
    public void reported(Worker worker, String header) {
        @Nullable WorkerEntry entry = table.at(worker.slot());
        if (entry != null && entry.worker.id().equals(worker.id())) {
            LoadReports.parse(header).ifPresent(report -> entry.reported(report, nanoClock.getAsLong()));
            LoadReports.prompts(header).ifPresent(entry::reportedPrompts);
            signalRoom();
        }
    }

    /** A round trip to the worker took so long. From any thread. */
    public void linkMeasured(Worker worker, long nanos) {
        @Nullable WorkerEntry entry = table.at(worker.slot());
        if (entry != null && entry.worker.id().equals(worker.id())) {
            board.linkMeasured(worker.slot(), nanos);
        }
    }

    private void signalRoom() {
        if (board.takeRoomCameUp()) {
            roomCallbacks.forEach(Runnable::run);
        }
    }

    /** Every listed worker as an operator sees it, by id. */
    public List<WorkerStatus> status() {
        Map<WorkerId, WorkerStatus> byId = new TreeMap<>();
        table.listed().forEach(entry -> byId.put(entry.worker.id(), entry.status()));
        return List.copyOf(byId.values());
    }

    /** How many records were not believed for this reason. */
    public long refused(RefusalReason reason) {
        return refusals.of(reason).sum();
    }
}
