package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.routing.Demand;
import dev.penstock.routing.TokenUsage;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * One request's part in what its tenant gets of room that others wait for. Its cost is in tokens of a prompt: one that is
 * generated costs two, as in the source of {@link FairShares}. Guarded by the lock of the queues.
 */
final class Share {
    private static final double OUTPUT = 2;

    final String tenant;
    final double weight;
    final Criticality criticality;
    private final DoubleSupplier expecting;
    private OptionalDouble expected = OptionalDouble.empty();
    private volatile boolean charged;
    private FairShares.Tenant account = new FairShares.Tenant();

    /** @param expecting what it is expected to cost; asked for where it comes to that, under the lock */
    Share(String tenant, double weight, Criticality criticality, DoubleSupplier expecting) {
        this.tenant = tenant;
        this.weight = weight;
        this.criticality = criticality;
        this.expecting = expecting;
    }

    static Share of(Principal principal, Supplier<Demand> demand) {
        return new Share(principal.tenant(), principal.weight(), principal.criticality(), () -> {
            Demand its = demand.get();
            return its.promptTokens() + OUTPUT * its.expectedTokens();
        });
    }

    static double cost(TokenUsage usage) {
        return usage.promptTokens() + OUTPUT * usage.completionTokens();
    }

    /** The same each time. */
    double expected() {
        if (expected.isEmpty()) {
            expected = OptionalDouble.of(expecting.getAsDouble());
        }
        return expected.getAsDouble();
    }

    /** How much its tenant has had, in tokens by its weight, while it waits. */
    double counter() {
        return account.counter();
    }

    void waitsBy(FairShares.Tenant tenants) {
        account = tenants;
    }

    /** Whether it took room that others wait for. */
    boolean charged() {
        return charged;
    }

    void charged(boolean now) {
        charged = now;
    }
}
