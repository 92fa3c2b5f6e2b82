package dev.penstock.gateway.pipeline;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much each tenant has had of room that others waited for: the lowest counter is served next. A request's expected cost,
 * divided by its tenant's weight, is counted when it is given such room, and corrected by what it really cost when it ends.
 * Room that nobody else could use is free: it took nothing from anybody. A tenant that begins to wait is lifted to the lowest
 * of those that wait, so that nobody saves up while it asks for nothing.
 *
 * <p>So of two tenants that wait all the time, with weights v and w, neither gets more than its part by more than one
 * request's cost: {@code |A/v - B/w| <= a/v + b/w}, where a and b are their dearest requests, as long as costs are as
 * expected; and by the error of the expectation for each request that runs where they are not.
 *
 * <p>Source: Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024 (virtual token counter).
 *
 * <p>Not thread safe. State is kept of those that wait, that have charges open, or that are ahead of the others; of the last
 * at most {@value #MAX_IDLE}.
 */
final class FairShares {
    private static final int MAX_IDLE = 4_096;

    private final Map<String, Tenant> tenants = new HashMap<>();
    private int waiting;
    /** The highest counter that was served: where one begins whom nobody waits beside. */
    private double level;

    /** What is known of one of them. */
    static final class Tenant {
        private double counter;
        private int waiting;
        private int open;

        double counter() {
            return counter;
        }

        boolean idle() {
            return waiting == 0 && open == 0;
        }
    }

    /** How many tenants it knows. */
    int size() {
        return tenants.size();
    }

    /** A request begins to wait. */
    void enter(Share share) {
        Tenant tenant = tenants.get(share.tenant);
        if (tenant == null) {
            tenant = new Tenant();
            tenants.put(share.tenant, tenant);
            tenant.counter = lowest();
        } else if (tenant.waiting == 0) {
            tenant.counter = Math.max(tenant.counter, lowest());
        }
        share.waitsBy(tenant);
        tenant.waiting++;
        waiting++;
        if (tenants.size() > MAX_IDLE) {
            sweep();
        }
    }

    private double lowest() {
        if (waiting == 0) {
            return level;
        }
        double lowest = Double.POSITIVE_INFINITY;
        for (Tenant tenant : tenants.values()) {
            if (tenant.waiting > 0) {
                lowest = Math.min(lowest, tenant.counter);
            }
        }
        return lowest;
    }

    /** One that waited does no more. */
    void leave(Share share) {
        Tenant tenant = tenants.get(share.tenant);
        if (tenant != null) {
            tenant.waiting--;
            waiting--;
            dropIfDone(share.tenant, tenant);
        }
    }

    /**
     * One that waited, and still counts as waiting, is given room.
     *
     * @param contended whether it takes it from somebody else
     */
    void served(Share share, boolean contended) {
        Tenant tenant = tenants.get(share.tenant);
        if (tenant == null) {
            return;
        }
        level = Math.max(level, tenant.counter);
        if (contended && !share.charged()) {
            share.charged(true);
            tenant.open++;
            tenant.counter += share.expected() / share.weight;
        }
    }

    /** One that did not wait takes room that nobody else could. */
    void passed(Share share) {
        if (waiting == 0 && !tenants.isEmpty()) {
            @Nullable Tenant tenant = tenants.get(share.tenant);
            level = tenant == null ? level : Math.max(level, tenant.counter);
        }
    }

    /** It has ended, and cost so much. */
    void settle(Share share, double cost) {
        Optional<Tenant> charged = share.charged() ? Optional.ofNullable(tenants.get(share.tenant)) : Optional.empty();
        charged.ifPresent(tenant -> {
            share.charged(false);
            tenant.open--;
            tenant.counter += (cost - share.expected()) / share.weight;
            dropIfDone(share.tenant, tenant);
        });
    }

    private void dropIfDone(String name, Tenant tenant) {
        if (tenant.idle() && tenant.counter <= level) {
            tenants.remove(name);
        }
    }

    /** Too many owe the others something: they are let off. */
    private void sweep() {
        tenants.values().removeIf(tenant -> tenant.idle() && tenant.counter <= level);
        if (tenants.size() > MAX_IDLE) {
            tenants.values().removeIf(Tenant::idle);
        }
    }
}
