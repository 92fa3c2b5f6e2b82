package dev.penstock.protocol.announcement;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Keeps the pool told about one worker, from its start until it leaves. Calls return at once.
 *
 * <p>States: new, started, draining, left.
 */
public interface Announcer extends AutoCloseable {
    /** Begins to announce, and goes on until {@link #leave} or {@link #close}: gateways may come before or after. */
    void start();

    /** What the worker says of itself has changed: announce now rather than at the next heartbeat. */
    void changed();

    /**
     * Says that the worker takes no new requests. Completes when a gateway's cluster has it, or at the limit: from then on
     * gateways send nothing new.
     */
    CompletionStage<Void> drain(Duration limit);

    /** Takes the record away, at the end of draining. Completes when that is done, or at the limit. */
    CompletionStage<Void> leave(Duration limit);

    /** Stops announcing without a word, as a crash would; harmless after {@link #leave}. */
    @Override
    void close();
}
