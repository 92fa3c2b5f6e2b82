package dev.penstock.routing.capture;

import dev.penstock.routing.Capability;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.policy.score.Prediction;
import dev.penstock.routing.spi.Candidates;

/** One worker as one model, as scorers see it: what it is expected to take does not depend on who else there is. */
record SoleCandidate(Worker worker, ServedModel model, Forecast forecast, double quality, double cachedTokens)
        implements Candidates {

    /** What the request is expected to take there, whatever the policy. */
    static RoutePlan.Estimate estimate(
            RoutingContext context, LoadView load, Worker worker, ServedModel model, int cachedBlocks) {
        double quality = context.tiers().stream()
                .flatMap(tier -> tier.stream())
                .filter(choice -> choice.model().equals(model.id()))
                .mapToDouble(ModelChoice::quality)
                .findFirst()
                .orElse(Double.NaN);
        double cached = Math.min(
                (double) cachedBlocks * context.affinity().blockTokens(),
                context.demand().promptTokens());
        SoleCandidate sole = new SoleCandidate(worker, model, load.forecasts().of(worker, model), quality, cached);
        return new Prediction(context).at(sole, load, 0).estimate(sole, 0);
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public Worker worker(int row) {
        return worker;
    }

    @Override
    public int slot(int row) {
        return worker.slot();
    }

    @Override
    public ServedModel model(int row) {
        return model;
    }

    @Override
    public long capabilities(int row) {
        return Capability.bits(model.capabilities());
    }

    @Override
    public double quality(int row) {
        return quality;
    }

    @Override
    public double bestQuality() {
        return quality;
    }

    @Override
    public Forecast forecast(int row) {
        return forecast;
    }

    @Override
    public double cachedTokens(int row) {
        return cachedTokens;
    }

    @Override
    public double dollars(
            int row, double promptTokens, double cachedTokens, double completionTokens, double busySeconds) {
        return model.price()
                .map(price -> price.dollars(promptTokens, cachedTokens, completionTokens, busySeconds))
                .orElse(Double.NaN);
    }
}
