package dev.penstock.routing.policy;

import dev.penstock.routing.Capability;
import dev.penstock.routing.Directory;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who serves the models of a tier, a row each, in arrays that are read by row: made once for a directory and shared by all
 * decisions over it.
 */
final class CandidateTable {
    static final CandidateTable EMPTY = new CandidateTable(List.of(), Directory.EMPTY, Forecasts.NONE);

    private final List<ModelId> asked;
    final Worker[] workers;
    final int[] slots;
    final int[] capacities;
    final ServedModel[] models;
    /** By row: which of the models asked for. */
    final int[] choices;

    final long[] capabilities;
    final Forecast[] forecasts;
    /** By row, four numbers: dollars a token (input, cached, output) and dollars a second; NaN where unknown. */
    final double[] prices;

    private final int[][] rowBySlot;

    private CandidateTable(List<ModelId> asked, Directory directory, Forecasts known) {
        List<Worker> workers = new ArrayList<>();
        List<ServedModel> models = new ArrayList<>();
        List<Integer> choices = new ArrayList<>();
        this.rowBySlot = new int[asked.size()][];
        for (int choice = 0; choice < asked.size(); choice++) {
            ModelId model = asked.get(choice);
            rowBySlot[choice] = new int[0];
            if (asked.indexOf(model) < choice) {
                continue; // named twice: once is enough
            }
            for (Worker worker : directory.serving(model)) {
                enter(choice, worker.slot(), workers.size());
                workers.add(worker);
                models.add(worker.model(model).orElseThrow());
                choices.add(choice);
            }
        }
        this.asked = asked;
        this.workers = workers.toArray(Worker[]::new);
        this.models = models.toArray(ServedModel[]::new);
        this.choices = choices.stream().mapToInt(Integer::intValue).toArray();
        this.slots = workers.stream().mapToInt(Worker::slot).toArray();
        this.capacities = workers.stream().mapToInt(Worker::capacity).toArray();
        this.capabilities = models.stream()
                .mapToLong(model -> Capability.bits(model.capabilities()))
                .toArray();
        this.forecasts = new Forecast[workers.size()];
        this.prices = new double[4 * workers.size()];
        for (int row = 0; row < this.workers.length; row++) {
            forecasts[row] = known.of(this.workers[row], this.models[row]);
            price(row, this.models[row].price());
        }
    }

    static CandidateTable of(List<ModelChoice> tier, Directory directory, Forecasts forecasts) {
        return new CandidateTable(tier.stream().map(ModelChoice::model).toList(), directory, forecasts);
    }

    private void enter(int choice, int slot, int row) {
        int[] rows = rowBySlot[choice];
        if (slot >= rows.length) {
            rowBySlot[choice] = Arrays.copyOf(rows, slot + 1);
            Arrays.fill(rowBySlot[choice], rows.length, slot, -1);
        }
        rowBySlot[choice][slot] = row;
    }

    private void price(int row, Optional<Price> price) {
        for (int i = 0; i < 4; i++) {
            prices[4 * row + i] = Double.NaN;
        }
        price.ifPresent(known -> {
            prices[4 * row] = known.dollars(1, 0, 0, 0);
            prices[4 * row + 1] = known.dollars(1, 1, 0, 0);
            prices[4 * row + 2] = known.dollars(0, 0, 1, 0);
            prices[4 * row + 3] = known.dollars(0, 0, 0, 1);
        });
    }

    /** Whether it is of these models in this order. */
    boolean isOf(List<ModelChoice> tier) {
        if (asked.size() != tier.size()) {
            return false;
        }
        for (int i = 0; i < asked.size(); i++) {
            if (!asked.get(i).equals(tier.get(i).model())) {
                return false;
            }
        }
        return true;
    }

    int size() {
        return slots.length;
    }

    /** The row of the worker of that slot for that choice; -1 where there is none. */
    int row(int choice, int slot) {
        int[] rows = rowBySlot[choice];
        return slot < rows.length ? rows[slot] : -1;
    }
}
