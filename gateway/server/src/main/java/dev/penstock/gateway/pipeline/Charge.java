package dev.penstock.gateway.pipeline;

import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.WorkerId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one attempt used and what that costs. A request has one for each attempt that used anything, so that hedges and
 * cascades are charged for all they ran.
 *
 * @param usd in US dollars; empty where the price is unknown, which is not the same as nothing
 */
public record Charge(WorkerId worker, ModelId model, TokenUsage usage, OptionalDouble usd) {
    private static final int NANO_DIGITS = 9;

    /**
     * The charge for so much use of a worker's model, by {@link Price#dollars}.
     *
     * @param busy from dispatch to end
     * @param sharing how many requests the worker had, this one included: each takes its share of an hourly price
     */
    static Charge of(WorkerId worker, ServedModel model, TokenUsage usage, Duration busy, int sharing) {
        double seconds = busy.toNanos() / 1e9 / Math.max(1, sharing);
        OptionalDouble usd = model.price()
                .map(price -> OptionalDouble.of(price.dollars(
                        (double) usage.promptTokens(),
                        (double) Math.min(usage.cachedTokens(), usage.promptTokens()),
                        (double) usage.completionTokens(),
                        seconds)))
                .orElse(OptionalDouble.empty());
        return new Charge(worker, model.id(), usage, usd);
    }

    /** The cost in billionths of a dollar, rounded half up: what is billed. */
    public OptionalLong nanoUsd() {
        return usd.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(BigDecimal.valueOf(usd.getAsDouble())
                        .movePointRight(NANO_DIGITS)
                        .setScale(0, RoundingMode.HALF_UP)
                        .longValue());
    }

    /** The sum of all as billed; empty where there is none, or one of them is unknown. */
    public static OptionalLong nanoUsd(Collection<Charge> charges) {
        if (charges.isEmpty() || charges.stream().anyMatch(charge -> charge.usd.isEmpty())) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(charges.stream()
                .mapToLong(charge -> charge.nanoUsd().getAsLong())
                .sum());
    }

    /** The sum of all; empty where there is none, or one of them is unknown. */
    static OptionalDouble total(Collection<Charge> charges) {
        if (charges.size() == 1) {
            return charges.iterator().next().usd;
        }
        if (charges.isEmpty() || charges.stream().anyMatch(charge -> charge.usd.isEmpty())) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                charges.stream().mapToDouble(charge -> charge.usd.getAsDouble()).sum());
    }

    /** All tokens together. */
    public static TokenUsage usage(Collection<Charge> charges) {
        if (charges.size() <= 1) { // nearly always
            return charges.isEmpty() ? TokenUsage.NONE : charges.iterator().next().usage;
        }
        return new TokenUsage(
                charges.stream()
                        .mapToLong(charge -> charge.usage.promptTokens())
                        .sum(),
                charges.stream()
                        .mapToLong(charge -> charge.usage.completionTokens())
                        .sum(),
                charges.stream()
                        .mapToLong(charge -> charge.usage.cachedTokens())
                        .sum(),
                charges.stream()
                        .mapToLong(charge -> charge.usage.reasoningTokens())
                        .sum(),
                charges.stream().anyMatch(charge -> charge.usage.estimated()));
    }
}
