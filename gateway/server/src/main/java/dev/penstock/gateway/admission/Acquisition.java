package dev.penstock.gateway.admission;

import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes of all limits of a request or of none. Those that can tell here are asked one after the other, until one refuses;
 * those that ask the cluster are asked together. What the others gave goes back where one refuses.
 */
final class Acquisition {
    private final List<Claim> claims;
    private final List<Future<ConsumptionProbe>> asked;

    private Acquisition(List<Claim> claims) {
        this.claims = claims;
        this.asked = new ArrayList<>(claims.size());
    }

    /** Completes with the claims that were refused, none where all was taken; never fails. */
    static Future<List<Refusal>> of(List<Claim> claims) {
        return new Acquisition(claims).take();
    }

    /**
     * A limit that has no room.
     *
     * @param waitNanos until it has, if nobody else takes of it
     */
    record Refusal(Claim claim, long waitNanos) {}

    private Future<List<Refusal>> take() {
        boolean here = true;
        for (Claim claim : claims) {
            Future<ConsumptionProbe> taken = claim.limiter().take(claim.amount());
            asked.add(taken);
            if (!taken.isComplete()) {
                here = false;
            } else if (!taken.result().isConsumed()) {
                break;
            }
        }
        return here ? Future.succeededFuture(judged()) : Future.join(asked).map(all -> judged());
    }

    private List<Refusal> judged() {
        boolean refused = false;
        for (Future<ConsumptionProbe> answer : asked) {
            refused |= !answer.result().isConsumed();
        }
        return refused ? refusals() : List.of();
    }

    /** Those that refused, and those that would have: whoever waits for the longest of them waits once. */
    private List<Refusal> refusals() {
        List<Refusal> refusals = new ArrayList<>(claims.size());
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            if (i < asked.size() && asked.get(i).result().isConsumed()) {
                claim.limiter().giveBack(claim.amount());
            } else {
                long wait = i < asked.size()
                        ? Math.max(1, asked.get(i).result().getNanosToWaitForRefill())
                        : claim.limiter().waitNanos(claim.amount());
                if (wait > 0) {
                    refusals.add(new Refusal(claim, wait));
                }
            }
        }
        return refusals;
    }
}
