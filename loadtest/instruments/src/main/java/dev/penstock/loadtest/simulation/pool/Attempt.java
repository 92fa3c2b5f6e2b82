package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.engine.Job;
import dev.penstock.routing.ServedModel;

/** A request at one worker. */
final class Attempt {
    final Gateway gateway;
    final Request request;
    final Node node;
    final ServedModel model;
    final double rttSeconds;
    final double expectedTokens;
    final double pendingBefore;
    final int loadBefore;
    final double uncachedTokens;
    final long sentNanos;
    private final Job job;

    double promptsDoneAtFirst;
    boolean over;
    boolean started;
    boolean heard;
    boolean billed;

    Attempt(
            Gateway gateway,
            Request request,
            Node node,
            ServedModel model,
            double rttSeconds,
            double pendingBefore,
            int loadBefore,
            double uncachedTokens,
            Job.Listener listener) {
        this.gateway = gateway;
        this.request = request;
        this.node = node;
        this.model = model;
        this.rttSeconds = rttSeconds;
        this.expectedTokens = request.demand.expectedTokens();
        this.pendingBefore = pendingBefore;
        this.loadBefore = loadBefore;
        this.uncachedTokens = uncachedTokens;
        this.sentNanos = node.clock().nowNanos();
        this.job = new Job(
                request.promptTokens,
                request.outputTokens,
                request.affinity.blocks(),
                request.affinity.blockTokens(),
                listener);
    }

    Job job() {
        return job;
    }
}
