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
import java.util.List;

/**
 * One worker as one model, as filters and scorers see it: what it may do and what it is expected to take does not depend on
 * who else there is. It is row 0.
 */
public record SoleCandidate(
        Worker worker, ServedModel model, Forecast forecast, double quality, double bestQuality, double cachedTokens)
        implements Candidates {

    /**
     * Of a request.
     *
     * @param tier of the model
     * @param cachedBlocks of the prompt's blocks, how many it is known to have
     */
    public static SoleCandidate of(
            RoutingContext context, LoadView load, Worker worker, ServedModel model, int tier, int cachedBlocks) {
        double quality = Double.NaN;
        double best = Double.NaN;
        List<ModelChoice> choices =
                tier < context.tiers().size() ? context.tiers().get(tier) : List.of();
        for (ModelChoice choice : choices) {
            if (choice.model().equals(model.id())) {
                quality = choice.quality();
            }
            if (Double.isNaN(best) || choice.quality() > best) {
                best = choice.quality();
            }
        }
        double cached = Math.min(
                (double) cachedBlocks * context.affinity().blockTokens(),
                context.demand().promptTokens());
        return new SoleCandidate(worker, model, load.forecasts().of(worker, model), quality, best, cached);
    }

    /** What the request is expected to take there, whatever the policy. */
    RoutePlan.Estimate estimate(RoutingContext context, LoadView load) {
        return new Prediction(context).at(this, load, 0).estimate(this, 0);
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
        return bestQuality;
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
