package dev.penstock.gateway.cluster;

import dev.penstock.protocol.announcement.PoolSummary;
import dev.penstock.protocol.announcement.PoolSummaryJson;
import dev.penstock.routing.Worker;
import dev.penstock.routing.limit.ProbeResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Port: asks a remote Penstock for its summary, which is its probe, too. Does not block; never fails, a failure is a {@link
 * ProbeResult}.
 */
@FunctionalInterface
public interface SummaryPoll {
    /** Asks once, under {@link PoolSummary#PATH}. */
    Future<Answer> ask(Worker worker, Duration timeout);

    /**
     * What came of it. An answer that is no summary is no reason to think that requests would fare badly, and no sign of
     * life either: it is taken for a question that was missed.
     *
     * @param result what it says of the worker
     * @param answered whether the link brought an answer, whatever that was
     * @param said a summary, where one came
     */
    record Answer(ProbeResult result, boolean answered, Optional<PoolSummaryJson.Read> said) {
        static Answer summary(PoolSummaryJson.Read said) {
            return new Answer(ProbeResult.ALIVE, true, Optional.of(said));
        }

        static Answer without(ProbeResult result, boolean answered) {
            return new Answer(result, answered, Optional.empty());
        }
    }
}
