package dev.penstock.routing.learning;

import dev.penstock.routing.Forecast;
import dev.penstock.routing.ServedModel;

/**
 * The forecast of one worker for one model. Whoever feeds it holds its lock; whoever reads it reads one immutable record.
 *
 * <pre>
 * time to the first token = a + b * (uncached prompt tokens + those before it)
 * time per token          = c + d * (batch - 1), with no prompt computed meanwhile
 * tail                    = 95th percentile of total / (forecast total + b * interleaved prompt tokens)
 * peak                    = t where t > peak, else peak * w + t * (1 - w), w = e^(-dt / 10 s)
 * </pre>
 *
 * <p>Requests that waited for the model to be loaded are left out of these ({@link Loading}); those that failed too
 * ({@link Failures}).
 *
 * <p>An engine that computes a prompt gives nobody a token meanwhile. So the time between an answer's tokens says how fast the
 * worker decodes only once the prompts that it computed in between are taken off, {@code b} seconds a token. With them in it,
 * what is learned is mostly how many prompts others sent there: after a rush, the workers that were sent the most would be
 * taken for slow, be sent nothing, and so never be found to be fast again. Where prompts took the share s of the time, what
 * is left is the less certain the greater s, and counts for {@code (1 - s)^2}.
 *
 * <p>Source of the last: Finagle, {@code PeakEwma}. Of the others: {@link Line}, {@link Tail}.
 */
final class Learned implements Forecast {
    private static final double LEAST_SECONDS = 1e-6;

    /** That much of the time between tokens can have been others' prompts: some of it always was decoding. */
    private static final double MOST_INTERLEAVED = 0.98;

    /** Between few tokens, the time is mostly that of packets. */
    private static final double FEW_TOKENS = 8;

    private Line first;
    private Line perToken;
    private Tail tail = new Tail();
    private Loading loading;
    private final Failures failures = new Failures();
    private double count;
    private double peak;
    private long peakNanos;
    private long seenNanos;

    private volatile Rates rates;

    Learned(Prior prior, ServedModel model) {
        loading = new Loading(model);
        first = new Line(prior.firstSeconds(), prior.secondsPerPromptToken());
        perToken = new Line(prior.secondsPerToken(), prior.secondsPerTokenAndRequest());
        rates = rates();
    }

    @Override
    public Forecast now() {
        return rates;
    }

    @Override
    public double firstTokenSeconds(double uncachedTokens) {
        return rates.firstTokenSeconds(uncachedTokens);
    }

    @Override
    public double secondsPerPromptToken() {
        return rates.secondsPerPromptToken();
    }

    @Override
    public double secondsPerToken(double batch) {
        return rates.secondsPerToken(batch);
    }

    @Override
    public double loadSeconds() {
        return rates.loadSeconds();
    }

    @Override
    public double failureOdds() {
        return rates.failureOdds();
    }

    @Override
    public double failureSeconds() {
        return rates.failureSeconds();
    }

    @Override
    public double tail() {
        return rates.tail();
    }

    @Override
    public double peakSeconds(long nowNanos) {
        return rates.peakSeconds(nowNanos);
    }

    @Override
    public double observations(long nowNanos) {
        return rates.observations(nowNanos);
    }

    /** Forgets all it has seen, and begins from there; whoever keeps it reads on. */
    synchronized void begin(Prior prior, ServedModel model) {
        loading = new Loading(model);
        first = new Line(prior.firstSeconds(), prior.secondsPerPromptToken());
        perToken = new Line(prior.secondsPerToken(), prior.secondsPerTokenAndRequest());
        tail = new Tail();
        count = 0;
        peak = 0;
        rates = rates();
    }

    /** Takes what a request took; one that cannot be is left out. */
    synchronized void observe(Sample sample) {
        if (!sample.plausible()) {
            return;
        }
        staleAt(sample.nowNanos());
        double before = sample.tokensBeforeFirst();
        double after = sample.tokensAfterFirst();
        double others = Math.max(0, sample.batch() - 1);
        double firstForecast = Math.max(LEAST_SECONDS, first.at(before));
        double tokenForecast = Math.max(LEAST_SECONDS, perToken.at(others));
        double interleaved = after > 0 ? first.slope() * sample.interleavedPromptTokens() : 0;
        double forecast = firstForecast + after * tokenForecast + interleaved;
        failures.succeeded(sample.nowNanos());
        if (loading.waited(sample.nowNanos() - (long) (1e9 * sample.totalSeconds()))) {
            waitedForModel(sample, firstForecast, forecast);
            return;
        }
        double ratio = sample.totalSeconds() / forecast;
        tail.observe(ratio, count);
        count = count * 0.99 + 1;
        boolean seen = !Double.isNaN(sample.firstTokenSeconds());
        // Of an answer that came whole, both parts are taken to be off by the same factor.
        double firstSeconds = seen ? sample.firstTokenSeconds() : ratio * firstForecast;
        first.observe(before, firstSeconds, seen ? 1 : firstForecast / forecast);
        if (after > 0) {
            double rest = seen ? sample.totalSeconds() - firstSeconds : ratio * (after * tokenForecast + interleaved);
            double share =
                    interleaved <= 0 ? 0 : Math.min(MOST_INTERLEAVED, interleaved / Math.max(LEAST_SECONDS, rest));
            double certainty = (1 - share) * (1 - share);
            perToken.observe(others, rest * (1 - share) / after, certainty * after / (after + FEW_TOKENS));
        }
        rise(firstSeconds, sample.nowNanos());
        loading.used(sample.nowNanos());
        rates = rates();
    }

    /** Tells how long the model took to load, and nothing of how long it takes to compute. */
    private void waitedForModel(Sample sample, double firstForecast, double forecast) {
        loading.used(sample.nowNanos());
        boolean seen = !Double.isNaN(sample.firstTokenSeconds());
        loading.waitedFor(seen ? sample.firstTokenSeconds() - firstForecast : sample.totalSeconds() - forecast);
        rates = rates();
    }

    /** Takes a try that failed, after so many seconds. */
    synchronized void failed(double seconds, long nowNanos) {
        failures.failed(seconds, nowNanos);
        rates = rates();
    }

    /** Another run of the worker has begun. */
    synchronized void restarted() {
        failures.forget();
        rates = rates();
    }

    /** An answer of the model has begun. Of most models, which are always loaded, that says nothing. */
    void began(long nowNanos) {
        if (rates.everCold()) {
            used(nowNanos);
        }
    }

    private synchronized void used(long nowNanos) {
        loading.used(nowNanos);
        rates = rates();
    }

    /** Takes what the worker's engine says. */
    synchronized void told(boolean loaded, long nowNanos) {
        loading.told(loaded, nowNanos);
        rates = rates();
    }

    /** Forgets as time goes by: readers are not told the time by what reads the averages. */
    synchronized void age(long nowNanos) {
        staleAt(nowNanos);
        loading.at(nowNanos);
        failures.at(nowNanos);
        rates = rates();
    }

    private void staleAt(long nowNanos) {
        if (count == 0) {
            seenNanos = nowNanos;
        } else if (nowNanos - seenNanos > 0) {
            double factor = Rates.decay(nowNanos, seenNanos, Rates.STALE_NANOS);
            first.decay(factor);
            perToken.decay(factor);
            count *= factor;
            seenNanos = nowNanos;
        }
    }

    private void rise(double seconds, long nowNanos) {
        double kept = Rates.decay(nowNanos, peakNanos, Rates.PEAK_NANOS);
        peak = seconds > peak * kept ? seconds : peak * kept + seconds * (1 - kept);
        peakNanos = nowNanos;
    }

    private Rates rates() {
        return new Rates(
                Math.max(LEAST_SECONDS, first.base()),
                first.slope(),
                Math.max(LEAST_SECONDS, perToken.base()),
                perToken.slope(),
                loading.seconds(),
                failures.odds(),
                failures.seconds(),
                tail.value(count),
                peak,
                peakNanos,
                count,
                seenNanos,
                loading.everCold());
    }
}
