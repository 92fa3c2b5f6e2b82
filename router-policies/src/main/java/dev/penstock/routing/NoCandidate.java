package dev.penstock.routing;

/** Nobody to try, and why: the reason decides between a 404, a 400, a 503 and a wait. */
public sealed interface NoCandidate extends RoutingDecision {
    /** No worker serves a model of that name. */
    record UnknownModel(ModelId model) implements NoCandidate {}

    /** The model exists, but no worker that serves it can do this. */
    record MissingCapability(ModelId model, Capability capability) implements NoCandidate {}

    /** Workers serve the model, but none is alive at this moment. */
    record NoLiveWorker(ModelId model) implements NoCandidate {}

    /** Every live worker has as many requests as it takes: wait for one to end. */
    record AllBusy(ModelId model) implements NoCandidate {}

    /**
     * Workers serve the model, but none of those that live may run this request.
     *
     * @param filter whose rule left nobody: its name
     * @param detail what was asked and what there is, fit for the client
     * @param kind what the client is told
     */
    record Constrained(ModelId model, String filter, String detail, Kind kind) implements NoCandidate {}

    /** What a constraint that nobody meets means to the client. */
    enum Kind {
        /** Whoever may run it is not to be had now: try again (503). */
        UNAVAILABLE,
        /** No worker there is could ever run it: the request asks too much (400). */
        UNSATISFIABLE,
        /** It would cost more than it may (402 is not OpenAI's; 429). */
        TOO_EXPENSIVE
    }
}
