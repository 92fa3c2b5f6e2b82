package dev.penstock.gateway.pipeline;

import dev.penstock.routing.ModelId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Port: what may be spent. Before an attempt is made, the most that it may cost is set aside of every budget that it counts
 * for; when it has ended, what it cost is drawn, and the rest goes back.
 */
public interface Spending {
    /** Nobody is refused, and nothing is drawn. */
    Spending UNLIMITED = new Spending() {
        @Override
        public Future<Void> check(Principal principal, InferenceRequest request) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Reservation> reserve(Principal principal, ModelId model, Most most) {
            return Future.succeededFuture(Reservation.NONE);
        }

        @Override
        public Optional<Reservation> tryReserve(Principal principal, ModelId model, Most most) {
            return Optional.of(Reservation.NONE);
        }
    };

    /**
     * Whether anything is left at all; asked before a request waits for anybody. May wait a moment for what is not known.
     * Fails with {@link GatewayError.OverBudget} or {@link GatewayError.BudgetUnknown}.
     */
    Future<Void> check(Principal principal, InferenceRequest request);

    /**
     * Sets aside what an attempt may cost. May wait a moment, for what the store is to grant. Fails as {@link #check}.
     *
     * @param model that is to answer
     */
    Future<Reservation> reserve(Principal principal, ModelId model, Most most);

    /** The same at once, or not at all: for what is not worth waiting for. */
    Optional<Reservation> tryReserve(Principal principal, ModelId model, Most most);

    /**
     * The most that an attempt may cost.
     *
     * @param usd US dollars; not a number where the price is unknown, infinite where nothing bounds it
     * @param tokens of prompt and answer; infinite where nothing bounds them
     */
    record Most(double usd, double tokens) {}

    /** What is set aside for one attempt. */
    @FunctionalInterface
    interface Reservation {
        /** Nothing, since nobody asks. */
        Reservation NONE = charge -> List.of();

        /**
         * The attempt has ended. The first call counts; another draws nothing.
         *
         * @param charge what it cost; empty where it used nothing
         */
        List<Draw> settle(Optional<Charge> charge);
    }

    /**
     * What was drawn.
     *
     * @param lease of what was granted, as the ledger knows it
     * @param amount in the unit of the budget, above 0
     */
    record Draw(String lease, long amount) {}
}
