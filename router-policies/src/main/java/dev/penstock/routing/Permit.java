package dev.penstock.routing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proof that a request may be seen by a worker. The only way to one is through {@link #of}, which makes the check; whatever
 * sends bytes to a worker asks for it. It is good for one request's constraints and one worker.
 */
public final class Permit {
    private final Constraints constraints;
    private final Worker worker;

    private Permit(Constraints constraints, Worker worker) {
        this.constraints = constraints;
        this.worker = worker;
    }

    /** A permit to send a request under these constraints to the worker; empty where they forbid it. */
    public static Optional<Permit> of(Constraints constraints, Worker worker) {
        return constraints.permits(worker.site()) ? Optional.of(new Permit(constraints, worker)) : Optional.empty();
    }

    /** Whether it was given for a request under these constraints, and for this worker where it is now. */
    public boolean covers(Constraints asked, Worker dialled) {
        return constraints.equals(asked)
                && worker.id().equals(dialled.id())
                && worker.site().equals(dialled.site())
                && worker.endpoint().equals(dialled.endpoint());
    }

    /** Whom it lets the request be sent to. */
    public Worker worker() {
        return worker;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Permit that && constraints.equals(that.constraints) && worker.equals(that.worker);
    }

    @Override
    public int hashCode() {
        return 31 * constraints.hashCode() + worker.hashCode();
    }

    @Override
    public String toString() {
        return "Permit[" + worker.id() + "]";
    }
}
