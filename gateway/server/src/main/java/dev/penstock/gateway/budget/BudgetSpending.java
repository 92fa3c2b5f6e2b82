package dev.penstock.gateway.budget;

import dev.penstock.gateway.budget.Budget.Unit;
import dev.penstock.gateway.budget.Purse.Verdict;
import dev.penstock.gateway.pipeline.Charge;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.Spending;
import dev.penstock.routing.ModelId;
import dev.penstock.store.LedgerEntry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Spends from what {@link LeaseKeeper} holds: on the request's path, in memory. A request for which too little is here waits
 * for the store, within {@link #PATIENCE}; one for which the store has too little is refused.
 */
final class BudgetSpending implements Spending {
    /** How long a request may wait for a grant. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LeaseKeeper keeper;
    private final Loop loop;
    private final LongSupplier nanoTime;

    BudgetSpending(LeaseKeeper keeper, Loop loop, LongSupplier nanoTime) {
        this.keeper = keeper;
        this.loop = loop;
        this.nanoTime = nanoTime;
    }

    @Override
    public Future<Void> check(Principal principal, InferenceRequest request) {
        List<Budget> budgets = keeper.table().of(principal);
        return budgets.isEmpty()
                ? Future.succeededFuture()
                : look(
                        budgets.stream()
                                .filter(budget -> budget.hard() && budget.covers(request.model()))
                                .toList(),
                        nanoTime.getAsLong() + PATIENCE.toNanos());
    }

    private Future<Void> look(List<Budget> budgets, long untilNanos) {
        for (Budget budget : budgets) {
            Purse purse = keeper.purse(budget);
            Verdict verdict = purse.check(nanoTime.getAsLong());
            if (verdict != Verdict.TAKEN) {
                return otherwise(verdict, purse, 1, untilNanos, () -> look(budgets, untilNanos));
            }
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Reservation> reserve(Principal principal, ModelId model, Most most) {
        List<Budget> budgets = keeper.table().of(principal);
        if (budgets.isEmpty()) {
            return Future.succeededFuture(Reservation.NONE);
        }
        Optional<GatewayError> refused = boundless(budgets, model, most);
        return refused.isPresent()
                ? Future.failedFuture(new GatewayException(refused.get()))
                : take(budgets, model, most, nanoTime.getAsLong() + PATIENCE.toNanos());
    }

    @Override
    public Optional<Reservation> tryReserve(Principal principal, ModelId model, Most most) {
        List<Budget> budgets = keeper.table().of(principal);
        if (budgets.isEmpty()) {
            return Optional.of(Reservation.NONE);
        }
        Taking taking = new Taking(model, most);
        return boundless(budgets, model, most).isEmpty() && taking.all(budgets)
                ? Optional.of(taking.reservation())
                : Optional.empty();
    }

    private Future<Reservation> take(List<Budget> budgets, ModelId model, Most most, long untilNanos) {
        Taking taking = new Taking(model, most);
        if (taking.all(budgets)) {
            return Future.succeededFuture(taking.reservation());
        }
        return otherwise(
                taking.verdict,
                taking.lacking.orElseThrow(),
                taking.amount,
                untilNanos,
                () -> take(budgets, model, most, untilNanos));
    }

    /** What is to be done where it is not here. */
    private <T> Future<T> otherwise(
            Verdict verdict, Purse purse, long amount, long untilNanos, java.util.function.Supplier<Future<T>> again) {
        return switch (verdict) {
            case TAKEN -> throw new IllegalStateException("it is here");
            case RETIRED -> {
                keeper.forget(purse);
                yield again.get();
            }
            case SPENT -> failed(Refusals.spent(purse, amount));
            case UNKNOWN -> failed(Refusals.unknown(purse.budget()));
            case SHORT -> {
                long left = untilNanos - nanoTime.getAsLong();
                yield left <= 0
                        ? failed(Refusals.unknown(purse.budget()))
                        : answered(purse, Duration.ofNanos(left)).compose(asked -> again.get());
            }
        };
    }

    /** When the store has been asked, or the time is over. */
    private Future<Void> answered(Purse purse, Duration patience) {
        Promise<Void> promise = Promise.promise();
        Loop.Timer timer = loop.schedule(patience, promise::tryComplete);
        Future<Void> answer = loop.here(purse.answer());
        keeper.ask(purse);
        answer.onComplete(asked -> {
            timer.cancel();
            promise.tryComplete();
        });
        return promise.future();
    }

    private static <T> Future<T> failed(GatewayError error) {
        return Future.failedFuture(new GatewayException(error));
    }

    /** What nobody can bound is never run on a budget that bounds it. */
    private static Optional<GatewayError> boundless(List<Budget> budgets, ModelId model, Most most) {
        for (Budget budget : budgets) {
            if (budget.hard() && budget.covers(model)) {
                double amount = budget.unit() == Unit.USD ? most.usd() : most.tokens();
                if (!Double.isFinite(amount)) {
                    return Optional.of(
                            Double.isNaN(amount) ? Refusals.unpriced(budget, model) : Refusals.unbounded(budget));
                }
            }
        }
        return Optional.empty();
    }

    /** A part of a hard budget that is set aside. */
    private record Part(Purse purse, Unit unit, long amount) {}

    /** All that one attempt takes, or nothing. */
    private final class Taking {
        private final ModelId model;
        private final Most most;
        private final List<Part> parts = new ArrayList<>(4);
        private final List<Tally> tallies = new ArrayList<>(2);
        private Verdict verdict = Verdict.TAKEN;
        private Optional<Purse> lacking = Optional.empty();
        private long amount;

        Taking(ModelId model, Most most) {
            this.model = model;
            this.most = most;
        }

        boolean all(List<Budget> budgets) {
            for (Budget budget : budgets) {
                if (budget.covers(model)) {
                    if (budget.hard()) {
                        take(budget);
                    } else {
                        Tally tally = keeper.tally(budget);
                        tally.used(nanoTime.getAsLong());
                        tallies.add(tally);
                    }
                }
                if (verdict != Verdict.TAKEN) {
                    parts.forEach(part -> part.purse().release(part.amount()));
                    return false;
                }
            }
            return true;
        }

        private void take(Budget budget) {
            Purse purse = keeper.purse(budget);
            amount = budget.unit() == Unit.USD ? Amounts.atMostNanos(most.usd()) : (long) Math.ceil(most.tokens());
            verdict = purse.reserve(amount, nanoTime.getAsLong());
            if (verdict == Verdict.TAKEN) {
                parts.add(new Part(purse, budget.unit(), amount));
            } else {
                lacking = Optional.of(purse);
            }
        }

        Reservation reservation() {
            return parts.isEmpty() && tallies.isEmpty() ? Reservation.NONE : new Reserved(parts, tallies);
        }
    }

    /** On the request's event loop. */
    private final class Reserved implements Reservation {
        private final List<Part> parts;
        private final List<Tally> tallies;
        private boolean settled;

        Reserved(List<Part> parts, List<Tally> tallies) {
            this.parts = parts;
            this.tallies = tallies;
        }

        @Override
        public List<Draw> settle(Optional<Charge> charge) {
            if (settled) {
                return List.of();
            }
            settled = true;
            List<Draw> draws = new ArrayList<>(parts.size() + tallies.size());
            for (Part part : parts) {
                // Of what had a price and has none now, the most that it may have cost.
                long spent = charge.map(used -> spent(used, part.unit(), part.amount()))
                        .orElse(0L);
                part.purse().settle(part.amount(), spent);
                if (spent > 0) {
                    draws.add(new Draw(part.purse().lease().id(), spent));
                }
            }
            for (Tally tally : tallies) {
                tally.used(nanoTime.getAsLong());
                long spent = charge.map(used -> spent(used, tally.budget().unit(), 0))
                        .orElse(0L);
                if (spent > 0) {
                    draws.add(new Draw(
                            LedgerEntry.Draw.of(tally.budget().id(), tally.starts(), spent)
                                    .lease(),
                            spent));
                }
            }
            return draws;
        }

        private static long spent(Charge charge, Unit unit, long otherwise) {
            return unit == Unit.TOKENS
                    ? charge.usage().totalTokens()
                    : charge.nanoUsd().orElse(otherwise);
        }
    }
}
