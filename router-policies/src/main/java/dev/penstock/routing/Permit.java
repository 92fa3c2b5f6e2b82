package dev.penstock.routing;

import java.util.Optional;

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
    public String toString() {
        return "Permit[" + worker.id() + "]";
    }
}
