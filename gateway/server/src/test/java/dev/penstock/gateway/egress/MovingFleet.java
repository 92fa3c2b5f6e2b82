package dev.penstock.gateway.egress;

import dev.penstock.gateway.pipeline.Fleet;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** A pool whose workers leave, come back and turn out to be elsewhere, between the plan and the dispatch and after it. */
final class MovingFleet implements Fleet, LoadView {
    private static final int SLOTS = 64;

    private final AtomicIntegerArray inFlight = new AtomicIntegerArray(SLOTS);
    private final AtomicIntegerArray foreign = new AtomicIntegerArray(SLOTS);
    private final Set<Integer> dead = ConcurrentHashMap.newKeySet();
    private final List<Runnable> onRoom = new CopyOnWriteArrayList<>();
    /** What is true of a worker, where that is not what the directory says: its news have not come yet. */
    private final Map<WorkerId, Worker> truth = new ConcurrentHashMap<>();
    /** Dispatched to and gone with that. */
    private final Set<WorkerId> leaving = ConcurrentHashMap.newKeySet();

    /** Prompt tokens before any new one, at every edge worker. */
    volatile double edgeBacklog;

    final AtomicInteger refusedDispatches = new AtomicInteger();
    private volatile Directory directory = Directory.EMPTY;

    /** From now on the pool is this, idle, and the directory right about it. */
    void become(List<Worker> workers) {
        truth.clear();
        leaving.clear();
        dead.clear();
        for (int slot = 0; slot < SLOTS; slot++) {
            foreign.set(slot, 0);
        }
        edgeBacklog = 0;
        directory = Directory.of(workers);
    }

    void dead(Worker worker) {
        dead.add(worker.slot());
    }

    /** Full with the requests of others. */
    void full(Worker worker) {
        foreign.set(worker.slot(), worker.capacity());
    }

    /** The worker is this, and the directory does not know. */
    void unawareOf(Worker really) {
        truth.put(really.id(), really);
    }

    /** The worker leaves as soon as somebody is sent there. */
    void leavesAtDispatch(Worker worker) {
        leaving.add(worker.id());
    }

    @Override
    public Directory directory() {
        return directory;
    }

    @Override
    public LoadView load() {
        return this;
    }

    @Override
    public Optional<WorkerLease> dispatch(Worker worker, Work work) {
        int places = work.places();
        if (leaving.remove(worker.id())) {
            refusedDispatches.incrementAndGet();
            directory = Directory.of(directory.workers().stream()
                    .filter(each -> !each.id().equals(worker.id()))
                    .toList());
            return Optional.empty();
        }
        inFlight.addAndGet(worker.slot(), places);
        AtomicBoolean open = new AtomicBoolean(true);
        return Optional.of(outcome -> end(worker, places, open));
    }

    private void end(Worker worker, int places, AtomicBoolean open) {
        if (open.compareAndSet(true, false)) {
            inFlight.addAndGet(worker.slot(), -places);
            onRoom.forEach(Runnable::run);
        }
    }

    /** What is true of a worker now; empty for one that has left. */
    Optional<Worker> current(Worker planned) {
        return Optional.ofNullable(truth.get(planned.id())).or(() -> directory.workers().stream()
                .filter(worker -> worker.id().equals(planned.id()))
                .findFirst());
    }

    int inFlight() {
        int all = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            all += inFlight.get(slot);
        }
        return all;
    }

    @Override
    public boolean settling() {
        return false;
    }

    @Override
    public void onRoom(Runnable callback) {
        onRoom.add(callback);
    }

    @Override
    public int inFlight(int slot) {
        return inFlight.get(slot);
    }

    @Override
    public int reportedLoad(int slot) {
        return inFlight.get(slot) + foreign.get(slot);
    }

    @Override
    public int foreignLoad(int slot) {
        return foreign.get(slot);
    }

    @Override
    public double pendingPromptTokens(int slot) {
        return directory.workers().stream()
                .filter(worker -> worker.slot() == slot && worker.site().kind() == Site.Kind.EDGE)
                .mapToDouble(edge -> edgeBacklog)
                .sum();
    }

    @Override
    public boolean available(int slot) {
        return !dead.contains(slot);
    }

    @Override
    public long ageMillis(int slot) {
        return 0;
    }
}
