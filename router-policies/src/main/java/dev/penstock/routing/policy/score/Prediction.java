package dev.penstock.routing.policy.score;

import dev.penstock.routing.Demand;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.Operation;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;

/**
 * What a request is expected to take at a candidate, in seconds and dollars. One object serves all candidates of a decision,
 * one after another: {@link #at} sets it to a row.
 *
 * <p>With k places taken at the worker of capacity c, by this gateway or others, and p places asked for:
 * <ul>
 *   <li>batch = min(k + p, c), the requests that run once this one does;
 *   <li>link = the round trip as measured;
 *   <li>loading = what it takes until the model is in memory, where it is not;
 *   <li>prefill = the forecast for the prompt's tokens that are in no cache;
 *   <li>prefill wait = the forecast seconds of a prompt's token x those that are ahead: those that the worker says it has still to
 *       compute, and what we sent since. Where it does not say, those of our own requests without a first token yet, and of
 *       the requests of others as many each; or, where that is more, as many prompts like this one as it says are waiting;
 *   <li>decode = (expected tokens - 1) x the seconds between tokens: those forecast for that batch, over the share of its
 *       time that the worker has lately had left beside computing prompts, at least {@value #LEAST_LEFT};
 *   <li>slot wait = (k + p - c) / c x (prefill + decode) where that many places are not to be had: c requests like this one
 *       run at once, and one ends every c-th part of their time;
 *   <li>retries = odds x max(time to the first token, what tries that failed there took): with p the probability that a try
 *       fails, p / (1 - p) fail for each that succeeds, and each costs what it lasts, at least what a try that goes well
 *       takes to show it;
 *   <li>dollars = the price of the tokens and of the worker's time, of which a batch of n shares an n-th each.
 *   <li>others = what this request puts off those that run there: k x min(prefill, their rest) for the steps that compute
 *       its prompt, and k x what it adds to the seconds between tokens for each token they still have. They are taken to be as
 *       long as ours.
 * </ul>
 */
public final class Prediction {
    private static final double LEAST_LEFT = 0.1;

    private final double promptTokens;
    private final double expectedTokens;
    private final double p95Tokens;
    private final int places;

    private double batch = 1;
    private double linkSeconds;
    private double loadSeconds;
    private double failureOdds;
    private double failureSeconds;
    private double slotWaitSeconds;
    private double prefillWaitSeconds;
    private double prefillSeconds;
    private double secondsPerToken;
    private double cachedTokens;
    private double othersRunning;
    private double othersRest;
    private double othersSlower;

    /** Of that request, at nobody yet. */
    public Prediction(RoutingContext context) {
        Demand demand = context.demand();
        boolean generates = context.operation() != Operation.EMBEDDING;
        this.promptTokens = demand.promptTokens();
        this.expectedTokens = generates ? demand.expectedTokens() : 0;
        this.p95Tokens = generates ? demand.p95Tokens() : 0;
        this.places = context.places();
    }

    /**
     * Sets it to that candidate. This is done a thousand times in a plan: so what is read is read once, conditions take the
     * place of {@link Math#max}, which takes several times as long, and the method stays small enough to be compiled into
     * its loop.
     */
    public Prediction at(Candidates candidates, LoadView load, int row) {
        int slot = candidates.slot(row);
        Forecast forecast = candidates.forecast(row).now();
        int own = load.inFlight(slot);
        int foreign = load.foreignLoad(slot);
        linkSeconds = load.linkSeconds(slot);
        cachedTokens = candidates.cachedTokens(row);
        prefillSeconds = forecast.firstTokenSeconds(promptTokens - cachedTokens);
        double perPromptToken = forecast.secondsPerPromptToken();
        prefillWaitSeconds = perPromptToken * ahead(load, slot, own, foreign);
        double left = 1 - perPromptToken * load.promptTokensPerSecond(slot);
        decode(forecast, left > LEAST_LEFT ? left : LEAST_LEFT, (double) own + foreign, candidates.capacity(row));
        othersRest = othersRunning > 0 ? load.pendingOutputTokens(slot) / (own > 1 ? own : 1) : 0;
        loadSeconds = forecast.loadSeconds();
        failureOdds = forecast.failureOdds();
        failureSeconds = failureOdds == 0 ? 0 : forecast.failureSeconds();
        return this;
    }

    /** Prompt tokens to be computed before ours. */
    private double ahead(LoadView load, int slot, int own, int foreign) {
        double told = load.promptTokensAhead(slot);
        if (told >= 0) {
            return told;
        }
        double pending = load.pendingPromptTokens(slot);
        if (pending > 0 && foreign > 0) {
            pending *= 1 + foreign / (own > 1 ? own : 1.0);
        }
        double waiting = load.reportedQueue(slot) * promptTokens;
        return pending > waiting ? pending : waiting;
    }

    /** With so many requests there before ours. */
    private void decode(Forecast forecast, double left, double before, int capacity) {
        double occupied = before + places;
        batch = occupied < capacity ? occupied : capacity;
        secondsPerToken = forecast.secondsPerToken(batch) / left;
        slotWaitSeconds =
                occupied > capacity ? (occupied - capacity) / capacity * (prefillSeconds + decodeSeconds()) : 0;
        othersRunning = batch > places ? batch - places : 0;
        double slower = othersRunning > 0 ? forecast.secondsPerToken(batch + places) / left - secondsPerToken : 0;
        othersSlower = slower > 0 ? slower : 0;
    }

    private double decodeSeconds(double tokens) {
        return tokens > 1 ? (tokens - 1) * secondsPerToken : 0;
    }

    /** The round trip to the worker. */
    public double linkSeconds() {
        return linkSeconds;
    }

    /** The wait for a model that is not in memory. */
    public double loadSeconds() {
        return loadSeconds;
    }

    /** What tries that fail are expected to add; no part of the time of the one that succeeds. */
    public double retrySeconds() {
        return failureOdds == 0 ? 0 : failureOdds * Math.max(firstTokenSeconds(), failureSeconds);
    }

    /** The wait at the worker: for a place, and for prompts that came before. */
    public double waitSeconds() {
        return slotWaitSeconds + prefillWaitSeconds;
    }

    /** Computing the first token. */
    public double prefillSeconds() {
        return prefillSeconds;
    }

    /** Computing the others. */
    public double decodeSeconds() {
        return decodeSeconds(expectedTokens);
    }

    /** What those that run at the worker lose by this request, all together. */
    public double othersSeconds() {
        double rest = othersRest * secondsPerToken;
        return othersRunning * ((prefillSeconds < rest ? prefillSeconds : rest) + othersSlower * othersRest);
    }

    /** From now until the first token. */
    public double firstTokenSeconds() {
        return linkSeconds + loadSeconds + slotWaitSeconds + prefillWaitSeconds + prefillSeconds;
    }

    /** From now until the last token. */
    public double seconds() {
        return firstTokenSeconds() + decodeSeconds();
    }

    /**
     * From now until the last token, in 19 of 20 cases. Two things are uncertain, and taken to be independent: how far off
     * the forecasts of that worker are (its {@link Forecast#tail}), and how many tokens there will be. So what each adds
     * to the mean is added as the sides of a right angle are: {@code mean + sqrt(((tail - 1) mean)^2 + (decode of p95 -
     * decode of expected)^2)}.
     */
    public double p95Seconds(Forecast forecast) {
        double mean = seconds();
        double late = (Math.max(1, forecast.tail()) - 1) * mean;
        double longer = decodeSeconds(p95Tokens) - decodeSeconds();
        return mean + Math.sqrt(late * late + longer * longer);
    }

    /** By how much another request like this one, of which nothing is cached, would put off the next. */
    public double secondsOfOneMore(Candidates candidates, int row) {
        Forecast forecast = candidates.forecast(row);
        double slower = secondsPerToken * (forecast.secondsPerToken(batch + 1) / forecast.secondsPerToken(batch) - 1);
        return forecast.firstTokenSeconds(promptTokens) + Math.max(0, slower) * Math.max(0, expectedTokens - 1);
    }

    /** What it is expected to cost there; NaN where the price is unknown. */
    public double dollars(Candidates candidates, int row) {
        return dollars(candidates, row, 1);
    }

    /**
     * What it is expected to cost there; NaN where the price is unknown.
     *
     * @param hourlyShare what part of a price by the hour counts, from 0 to 1: 0 where the hours are paid for anyway
     */
    public double dollars(Candidates candidates, int row, double hourlyShare) {
        double busy = hourlyShare * (prefillSeconds + decodeSeconds()) / batch;
        return candidates.dollars(row, promptTokens, cachedTokens, expectedTokens, busy);
    }

    /** Requests that run at the worker once this one does. */
    public double batch() {
        return batch;
    }

    /** Seconds between tokens at that batch. */
    public double secondsPerToken() {
        return secondsPerToken;
    }

    /**
     * The most it can cost there: nothing of the prompt in a cache, as many tokens as may be generated for each place, and
     * the worker to itself. NaN where the price is unknown, infinite where nothing bounds it.
     */
    public double mostDollars(RoutingContext context, Candidates candidates, int row) {
        double most = context.operation() == Operation.EMBEDDING
                ? 0
                : context.demand().boundedTokens(candidates.model(row).contextTokens()) * places;
        double tokens = Double.isInfinite(most) ? 0 : most;
        double late = Math.max(1, candidates.forecast(row).tail());
        double busy = (prefillSeconds + decodeSeconds(tokens)) * late;
        double dollars = candidates.dollars(row, promptTokens, 0, tokens, busy);
        boolean free = candidates.dollars(row, 0, 0, 1, 1) == 0;
        return Double.isInfinite(most) && !Double.isNaN(dollars) && !free ? Double.POSITIVE_INFINITY : dollars;
    }

    /** All of it, for a plan. */
    public RoutePlan.Estimate estimate(Candidates candidates, int row) {
        return new RoutePlan.Estimate(
                dollars(candidates, row), firstTokenSeconds(), seconds(), p95Seconds(candidates.forecast(row)));
    }
}
