package dev.penstock.routing.policy;

import dev.penstock.routing.Forecast;

/** A forecast like another, of a worker of which that is known. */
record Troubled(Forecast like, double loadSeconds, double failureOdds, double failureSeconds) implements Forecast {
    @Override
    public double firstTokenSeconds(double uncachedTokens) {
        return like.firstTokenSeconds(uncachedTokens);
    }

    @Override
    public double secondsPerToken(double batch) {
        return like.secondsPerToken(batch);
    }

    @Override
    public double tail() {
        return like.tail();
    }

    @Override
    public double peakSeconds(long nowNanos) {
        return like.peakSeconds(nowNanos);
    }

    @Override
    public double observations(long nowNanos) {
        return like.observations(nowNanos);
    }
}
