package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.pipeline.Attempts.Ended;
import dev.penstock.gateway.pipeline.Attempts.Errand;
import dev.penstock.gateway.pipeline.Placement.Placed;
import dev.penstock.routing.Outcome;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Two attempts at one request: the second begins where the first has given nothing for a while. The first content of either
 * decides: its attempt answers the client, the other is cancelled at once and nothing of it is seen. It is over when both
 * are. On the request's event loop.
 */
final class HedgeRace {
    private final Attempts attempts;
    private final Loop loop;
    private final Errand errand;
    private final Placed first;
    private final Spending.Reservation firstReservation;
    private final Duration delay;
    private final Promise<Ended> over = Promise.promise();
    private final RaceLane firstLane;
    private final RaceLane secondLane;

    private @Nullable RaceLane winner;
    private @Nullable Ended decided;
    private @Nullable Placed latest;
    private Loop.@Nullable Timer timer;
    private int running;

    HedgeRace(
            Attempts attempts,
            Loop loop,
            Errand errand,
            Placed first,
            Spending.Reservation firstReservation,
            Duration delay) {
        this.attempts = attempts;
        this.loop = loop;
        this.errand = errand;
        this.first = first;
        this.firstReservation = firstReservation;
        this.delay = delay;
        this.firstLane = new RaceLane(errand.to(), this::wins);
        this.secondLane = new RaceLane(errand.to(), this::wins);
    }

    Future<Ended> run() {
        timer = loop.schedule(delay, this::hedge);
        start(firstLane, first, firstReservation);
        return over.future();
    }

    private void start(RaceLane lane, Placed placed, Spending.Reservation reservation) {
        running++;
        latest = placed;
        Runnable whole = () -> {
            lane.take(); // what the other used counts before the sum is made
            errand.whole().run();
        };
        Errand onLane = new Errand(errand.passage(), errand.request(), lane, errand.deadlineNanos(), whole);
        attempts.one(onLane, placed, reservation, result -> lane.lost() ? lost(result) : result)
                .onComplete(ended -> ended(lane, placed, ended));
    }

    private void hedge() {
        if (winner == null && running == 1 && !errand.to().closed().isComplete()) {
            attempts.hedge(first, errand).ifPresent(second -> {
                errand.passage().hedged();
                start(secondLane, second.placed(), second.reservation());
            });
        }
    }

    /** Whether the lane may answer: the first to ask. */
    private boolean wins(RaceLane lane) {
        if (winner == null) {
            winner = lane;
            (lane == firstLane ? secondLane : firstLane).lose();
        }
        return winner == lane;
    }

    private void ended(RaceLane lane, Placed placed, AsyncResult<Relay.Result> result) {
        running--;
        if (result.failed()) {
            firstLane.lose();
            secondLane.lose();
            over.tryFail(result.cause());
        } else if (result.result().outcome() instanceof Outcome.Ignored) {
            wins(lane); // what one worker refuses as such, another would too
        }
        if (result.succeeded() && (decided == null || lane == winner)) {
            Placed from = lane == winner || latest == null ? placed : latest;
            decided = new Ended(from, result.result());
        }
        if (running == 0) {
            if (timer != null) {
                timer.cancel();
            }
            if (decided != null) {
                over.tryComplete(decided);
            }
        }
    }

    private static Relay.Result lost(Relay.Result result) {
        return result.outcome() instanceof Outcome.Cancelled cancelled
                ? new Relay.Result(
                        new Outcome.LostHedge(cancelled.total(), cancelled.partial()),
                        result.usage(),
                        result.firstContentNanos(),
                        result.refusal(),
                        result.retryAfter(),
                        "another copy was answered first")
                : result;
    }
}
