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
}
