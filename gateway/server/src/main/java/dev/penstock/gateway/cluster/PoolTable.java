package dev.penstock.gateway.cluster;

import dev.penstock.routing.Directory;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.price.PriceTable;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is listed, by name and by slot, and the directory that tells it. Changes are made by one at a time: the caller holds
 * the fleet's monitor. Reads need no lock.
 */
final class PoolTable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolTable.class);

    private final SlotAllocator slots = new SlotAllocator();
    private final Map<WorkerId, WorkerEntry> entries = new HashMap<>();
    private final AtomicReferenceArray<@Nullable WorkerEntry> bySlot =
            new AtomicReferenceArray<>(Directory.MAX_WORKERS);
    private volatile Directory directory = Directory.EMPTY;
    private volatile Directory nearest = Directory.EMPTY;
    private volatile List<WorkerEntry> listed = List.of();
    private PriceTable prices = PriceTable.EMPTY;
    private LocalDate pricedOn = LocalDate.EPOCH;

    Directory directory() {
        return directory;
    }

    /** Those that are no Penstocks; the very same directory where there are no others. */
    Directory nearest() {
        return nearest;
    }

    /** Everybody listed, at this moment. */
    List<WorkerEntry> listed() {
        return listed;
    }

    /** Whose slot it is; also of one that has left but has requests in flight. */
    @Nullable
    WorkerEntry at(int slot) {
        return bySlot.get(slot);
    }

    @Nullable
    WorkerEntry get(WorkerId id) {
        return entries.get(id);
    }

    /** Lists a worker in a slot of its own; empty when there is none. */
    Optional<WorkerEntry> list(IntFunction<WorkerEntry> entryAt) {
        OptionalInt slot = slots.take();
        if (slot.isEmpty()) {
            return Optional.empty();
        }
        WorkerEntry entry = entryAt.apply(slot.getAsInt());
        Worker worker = entry.worker;
        entries.put(worker.id(), entry);
        bySlot.set(worker.slot(), entry);
        rebuild();
        LOG.info("worker {} is listed at {}, slot {}", worker.id(), worker.endpoint(), worker.slot());
        return Optional.of(entry);
    }

    /** Takes a worker off the list; harmless for one that is not on it. */
    void remove(WorkerEntry entry) {
        if (entries.remove(entry.worker.id(), entry)) {
            entry.unlist();
            rebuild();
            giveBackSlot(entry);
            LOG.info("worker {} is off the list", entry.worker.id());
        }
    }

    /** Frees the slot of one that has left once nothing is in flight there. From any thread. */
    void giveBackSlot(WorkerEntry entry) {
        if (entry.giveBackSlot()) {
            bySlot.set(entry.slot, null);
            slots.giveBack(entry.slot);
        }
    }

    /** Workers are shown with what these say they charge on that day. */
    void price(PriceTable by, LocalDate on) {
        prices = by;
        pricedOn = on;
        rebuild();
    }

    /** A day has begun: whether a price changes on it is seen to. */
    void day(LocalDate today) {
        if (prices.nextChange(pricedOn).filter(day -> !day.isAfter(today)).isPresent()) {
            price(prices, today);
        }
    }

    /** What some worker tells of itself has changed. */
    void rebuild() {
        List<WorkerEntry> now = List.copyOf(entries.values());
        Directory all = priced(now.stream());
        nearest = now.stream().allMatch(entry -> entry.remote().isEmpty())
                ? all
                : priced(now.stream().filter(entry -> entry.remote().isEmpty()));
        directory = all;
        listed = now;
    }

    private Directory priced(Stream<WorkerEntry> of) {
        return Directory.of(
                of.map(entry -> prices.priced(entry.worker, pricedOn)).toList());
    }
}
