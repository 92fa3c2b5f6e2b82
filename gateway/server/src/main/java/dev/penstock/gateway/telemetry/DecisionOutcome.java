package dev.penstock.gateway.telemetry;

import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.capture.Capture;
import dev.penstock.routing.capture.LoggedDecision;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** How a request ended, for the log. */
final class DecisionOutcome {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private DecisionOutcome() {}

    static LoggedDecision.Outcome of(RequestRecord ended, Capture.Captured captured, LoggedDecision.Plan plan) {
        TokenUsage usage = ended.usage();
        return new LoggedDecision.Outcome(
                ended.worker().map(WorkerId::value).orElse(null),
                ended.result(),
                ended.status(),
                ended.attempts(),
                millis(ended.queued()),
                ended.timeToFirstToken().map(DecisionOutcome::millis).orElse(null),
                millis(ended.total()),
                usage.promptTokens(),
                usage.completionTokens(),
                usage.cachedTokens(),
                usage.estimated(),
                ended.charges().isEmpty() ? cost(ended, captured, plan) : charged(ended));
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / NANOS_PER_MILLI;
    }

    /**
     * By the price of whoever answered and the tokens it reported. A worker's hour is shared with whom it ran beside this
     * request when it was chosen. Null where the price, or what was used, is unknown.
     */
    private static @Nullable Double cost(RequestRecord ended, Capture.Captured captured, LoggedDecision.Plan plan) {
        String worker = ended.worker().map(WorkerId::value).orElse("");
        Optional<LoggedDecision.Candidate> answered = captured.candidates().stream()
                .filter(candidate -> candidate.worker().equals(worker))
                .findFirst();
        Optional<String> model = plan.attempts().stream()
                .filter(attempt -> attempt.worker().equals(worker))
                .map(LoggedDecision.Attempt::model)
                .findFirst();
        TokenUsage usage = ended.usage();
        if (answered.isEmpty() || model.isEmpty() || usage.equals(TokenUsage.NONE)) {
            return null;
        }
        double seconds = Math.max(0, ended.total().minus(ended.queued()).toNanos()) / NANOS_PER_SECOND;
        double busy = seconds / batch(answered.get(), captured.asked().places());
        return answered.get().models().stream()
                .filter(served -> served.model().equals(model.get()))
                .findFirst()
                .flatMap(served -> Optional.ofNullable(served.price()))
                .map(price -> price.price()
                        .dollars(
                                (double) usage.promptTokens(),
                                (double) usage.cachedTokens(),
                                (double) usage.completionTokens(),
                                busy))
                .orElse(null);
    }

    private static double batch(LoggedDecision.Candidate worker, int places) {
        double occupied =
                (double) worker.signals().inFlight() + worker.signals().foreignLoad() + places;
        return Math.max(1, Math.min(occupied, worker.capacity()));
    }

    /** With hedges that lost and answers that were not sent. */
    private static @Nullable Double charged(RequestRecord ended) {
        OptionalDouble usd = ended.costUsd();
        return usd.isPresent() ? usd.getAsDouble() : null;
    }
}
