package dev.penstock.gateway.relaying;

import dev.penstock.gateway.pipeline.Fleet;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** A pool of fixed workers, all alive. */
final class FakeFleet implements Fleet, LoadView {
    private final AtomicIntegerArray inFlight = new AtomicIntegerArray(64);
    private final List<Runnable> onRoom = new CopyOnWriteArrayList<>();
    final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    final Set<Integer> dead = java.util.concurrent.ConcurrentHashMap.newKeySet();
    volatile boolean settling;
    private volatile Directory directory = Directory.EMPTY;

    void workers(int capacity, List<String> models, URI... endpoints) {
        List<Worker> workers = new ArrayList<>();
        for (int slot = 0; slot < endpoints.length; slot++) {
            List<ServedModel> served = models.stream()
                    .map(name -> new ServedModel(
                            new ModelId(name),
                            "",
                            0,
                            0,
                            "",
                            EnumSet.of(Capability.CHAT, Capability.COMPLETION, Capability.EMBEDDING),
                            Optional.empty()))
                    .toList();
            workers.add(new Worker(
                    new WorkerId("w" + slot), slot, endpoints[slot], Accelerator.CPU, Site.LOCAL, capacity, served));
        }
        directory = Directory.of(workers);
    }

    /** Just these. */
    void workers(List<Worker> workers) {
        directory = Directory.of(workers);
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
        inFlight.addAndGet(worker.slot(), places);
        AtomicBoolean open = new AtomicBoolean(true);
        return Optional.of(outcome -> {
            if (open.compareAndSet(true, false)) {
                inFlight.addAndGet(worker.slot(), -places);
                outcomes.add(outcome);
                onRoom.forEach(Runnable::run);
            }
        });
    }

    /** The worker of that id as it is now. */
    Optional<Worker> current(Worker planned) {
        return directory.workers().stream()
                .filter(worker -> worker.id().equals(planned.id()))
                .findFirst();
    }

    @Override
    public boolean settling() {
        return settling;
    }

    @Override
    public void onRoom(Runnable callback) {
        onRoom.add(callback);
    }

    int inFlight() {
        int all = 0;
        for (int slot = 0; slot < inFlight.length(); slot++) {
            all += inFlight.get(slot);
        }
        return all;
    }

    @Override
    public int inFlight(int slot) {
        return inFlight.get(slot);
    }

    @Override
    public int reportedLoad(int slot) {
        return 0;
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
