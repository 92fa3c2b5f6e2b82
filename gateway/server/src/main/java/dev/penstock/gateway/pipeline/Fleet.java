package dev.penstock.gateway.pipeline;

import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Worker;
import java.util.Optional;

/** Port: the pool as this gateway sees it, and this gateway's own count of what it has sent whom. No call blocks. */
public interface Fleet {
    /** The workers at this moment; the same object until something changes. */
    Directory directory();

    /**
     * Those of them that run what they are sent. Another Penstock is not among them: a request that came from one goes no
     * further than to these.
     */
    default Directory nearest() {
        return directory();
    }

    /**
     * Whether somebody may serve the model who is not known now: one not heard yet, or another Penstock that has served it
     * and cannot at the moment.
     */
    default boolean mayComeUp(ModelId model) {
        return settling();
    }

    /** Their load, live. */
    LoadView load();

    /**
     * Counts a request as in flight at the worker from now until the lease ends. Call at dispatch, before any bytes.
     *
     * @param work what it is to the worker
     * @return empty where the worker has left since the directory was read, or has another site or endpoint than there: it
     *     must be sent nothing by that plan
     */
    Optional<WorkerLease> dispatch(Worker worker, Work work);

    /** Whether workers may be there that are not known yet: a model that nobody serves may then be one of theirs. */
    boolean settling();

    /**
     * Calls back whenever room may have come up: a lease ended, a worker came or revived. From any thread; the callee hops
     * to its own.
     */
    void onRoom(Runnable callback);

    /** One request's place at a worker. */
    interface WorkerLease {
        /** The first token of a stream has come: nobody waits behind its prompt any more. Idempotent. */
        default void firstToken() {}

        /** The attempt is over; idempotent, the first call counts. Feeds passive health and forecasts. */
        void end(Outcome outcome);
    }
}
