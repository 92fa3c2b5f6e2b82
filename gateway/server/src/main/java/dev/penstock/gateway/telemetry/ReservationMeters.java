package dev.penstock.gateway.telemetry;

import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How far the tokens that were reserved for requests were from those they used, by model and by direction. */
public final class ReservationMeters {
    private static final double[] TOKENS = {1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576};

    private final ModelLabels models;
    private final Map<Labels, DistributionSummary> meters = new ConcurrentHashMap<>();
    private volatile @Nullable MeterRegistry registry;

    private record Labels(String model, String direction) {}

    /**
     * Meters that are not registered yet.
     *
     * @param directory the workers at this moment: model names that none of them serves are labelled {@code other}
     */
    public ReservationMeters(Supplier<Directory> directory) {
        this.models = new ModelLabels(directory);
    }

    /** Records there from now on. */
    public void register(MeterRegistry with) {
        registry = with;
    }

    /** A request of which that many tokens were reserved has used so many. */
    public void settled(ModelId model, long reserved, long used) {
        MeterRegistry to = registry;
        if (to != null) {
            // A histogram's sum may not fall, so shortfalls are told apart from surpluses.
            String direction = used > reserved ? "under" : "over";
            meters.computeIfAbsent(new Labels(models.of(Optional.of(model)), direction), labels -> meter(to, labels))
                    .record((double) Math.abs(reserved - used));
        }
    }

    private static DistributionSummary meter(MeterRegistry registry, Labels labels) {
        return DistributionSummary.builder("penstock.token.reservation.error")
                .description("Tokens reserved for a request and not used (over), or used and not reserved (under)")
                .serviceLevelObjectives(TOKENS)
                .tag("model", labels.model)
                .tag("direction", labels.direction)
                .register(registry);
    }
}
