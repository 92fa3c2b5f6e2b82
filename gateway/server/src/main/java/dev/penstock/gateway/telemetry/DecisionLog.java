package dev.penstock.gateway.telemetry;

import dev.penstock.gateway.config.DecisionLogConfig;
import dev.penstock.gateway.pipeline.DecisionWatch;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.gateway.pipeline.Settlement;
import dev.penstock.routing.capture.Capture;
import dev.penstock.routing.capture.LoggedDecision;
import dev.penstock.routing.capture.LoggedPolicies;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Keeps a part of the decisions, each with what it was made on and how its request ended. Whoever decides waits for nobody:
 * what was known is read off at once, since it changes; the rest is done by the thread of {@link DecisionWriter}.
 */
public final class DecisionLog implements DecisionWatch, AutoCloseable {
    private static final long SAMPLING = 0x9e3779b97f4a7c15L;

    private final InstantSource clock;
    private final SessionBlind blind = SessionBlind.random(new SecureRandom());
    private final DecisionWriter writer = new DecisionWriter();
    private volatile Optional<DecisionLogConfig> config = Optional.empty();

    /** A log that keeps nothing yet. */
    public DecisionLog(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Sees whether a file can be written, and makes it where it is not there.
     *
     * @throws IllegalArgumentException naming it
     */
    public static void check(DecisionLogConfig config) {
        try {
            DecisionFile.create(config.path());
        } catch (IOException refused) {
            throw new IllegalArgumentException(
                    "routing.decision-log.path: " + config.path() + " (expected: a file that can be written)", refused);
        }
    }

    /** Goes over to another configuration; empty keeps nothing. */
    public void configure(Optional<DecisionLogConfig> next) {
        config = next;
    }

    /** How many decisions have been written. */
    public long written() {
        return writer.written();
    }

    /** How many were drawn and could not be kept: too many waited, or the file could not be written. */
    public long leftOut() {
        return writer.leftOut();
    }

    @Override
    public Optional<Settlement> decided(Decision decision) {
        Optional<DecisionLogConfig> now = config;
        if (now.isEmpty() || !sampled(decision.seed(), now.get().sample())) {
            return Optional.empty();
        }
        Capture.Captured captured = Capture.of(
                decision.context(),
                decision.directory(),
                decision.load(),
                decision.plan().attempts(),
                blind::blinded);
        String time = clock.instant().toString();
        return Optional.of(ended -> writer.offer(now.get(), logged(decision, captured, time, ended)));
    }

    /** By the seed, which is random and known afterwards, mixed so that no decision is drawn for how it came out. */
    static boolean sampled(long seed, double sample) {
        long mixed = seed ^ SAMPLING;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        mixed ^= mixed >>> 33;
        return (mixed >>> 11) * 0x1.0p-53 < sample;
    }

    private static LoggedDecision logged(
            Decision decision, Capture.Captured captured, String time, RequestRecord ended) {
        LoggedDecision.Plan plan = Capture.plan(decision.plan());
        return new LoggedDecision(
                LoggedDecision.VERSION,
                time,
                decision.request().id(),
                LoggedPolicies.logged(decision.policy().spec()),
                Capture.hex(decision.seed()),
                captured.asked(),
                captured.candidates(),
                captured.leftOut(),
                plan,
                DecisionOutcome.of(ended, captured, plan));
    }

    /** Writes what waits, within two seconds. */
    @Override
    public void close() {
        writer.close();
    }
}
