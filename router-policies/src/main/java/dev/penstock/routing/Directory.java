package dev.penstock.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The workers of the pool at one moment: immutable, swapped whole, read without locks. Its order is that of the worker
 * ids, so that equal pools give equal decisions.
 */
public final class Directory {
    /** The most workers a gateway routes to; rows of every {@link LoadView}. */
    public static final int MAX_WORKERS = 4096;

    /** No worker at all. */
    public static final Directory EMPTY = new Directory(List.of());

    private final List<Worker> workers;
    private final Map<ModelId, List<Worker>> byModel;
    private final SortedSet<ModelId> models;

    private Directory(List<Worker> workers) {
        this.workers = workers;
        Map<ModelId, List<Worker>> index = new HashMap<>();
        for (Worker worker : workers) {
            for (ServedModel model : worker.models()) {
                index.computeIfAbsent(model.id(), id -> new ArrayList<>()).add(worker);
            }
        }
        index.replaceAll((id, serving) -> List.copyOf(serving));
        this.byModel = Map.copyOf(index);
        this.models = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(index.keySet()));
    }

    /**
     * A directory of these workers.
     *
     * @throws IllegalArgumentException where two share an id or a slot, or there are more than {@link #MAX_WORKERS}
     */
    public static Directory of(List<Worker> workers) {
        if (workers.size() > MAX_WORKERS) {
            throw new IllegalArgumentException(
                    "workers: " + workers.size() + " (expected: at most " + MAX_WORKERS + ")");
        }
        if (workers.stream().map(Worker::id).distinct().count() != workers.size()
                || workers.stream().map(Worker::slot).distinct().count() != workers.size()) {
            throw new IllegalArgumentException("workers: two share an id or a slot (expected: each its own)");
        }
        return new Directory(
                workers.stream().sorted(Comparator.comparing(Worker::id)).toList());
    }

    /** All workers, by id. */
    public List<Worker> workers() {
        return workers;
    }

    /** The workers that serve a model, by id; empty for a model nobody serves. */
    public List<Worker> serving(ModelId model) {
        return byModel.getOrDefault(model, List.of());
    }

    /** Every model that some worker serves, in order. */
    public SortedSet<ModelId> models() {
        return models;
    }
}
