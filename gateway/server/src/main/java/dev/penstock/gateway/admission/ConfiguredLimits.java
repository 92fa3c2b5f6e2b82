package dev.penstock.gateway.admission;

import dev.penstock.gateway.admission.Limit.Level;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.LimitConfig;
import dev.penstock.gateway.config.ProjectConfig;
import dev.penstock.gateway.config.TenantConfig;
import dev.penstock.gateway.pipeline.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All limits of one configuration. */
final class ConfiguredLimits {
    private final Map<Owner, List<LimitConfig>> limits = new HashMap<>();

    private record Owner(Level level, String of) {}

    ConfiguredLimits(AuthConfig config) {
        put(Level.EVERYBODY, "", config.limits());
        for (TenantConfig tenant : config.tenants()) {
            put(Level.TENANT, tenant.id(), tenant.limits());
            for (ProjectConfig project : tenant.projects()) {
                put(Level.PROJECT, project(tenant.id(), project.id()), project.limits());
            }
        }
        for (KeyConfig key : config.keys()) {
            put(Level.KEY, key.id(), key.limits().isEmpty() ? config.defaultLimits() : key.limits());
        }
    }

    private void put(Level level, String of, List<LimitConfig> configured) {
        if (!configured.isEmpty()) {
            limits.put(new Owner(level, of), configured);
        }
    }

    private static String project(String tenant, String project) {
        return tenant + "/" + project;
    }

    /** Those that hold for it, from its own to everybody's. */
    List<Limit> of(Principal principal) {
        return Stream.of(
                        of(Level.KEY, principal.id()),
                        of(Level.PROJECT, project(principal.tenant(), principal.project())),
                        of(Level.TENANT, principal.tenant()),
                        of(Level.EVERYBODY, ""))
                .flatMap(List::stream)
                .toList();
    }

    private List<Limit> of(Level level, String of) {
        return limits.getOrDefault(new Owner(level, of), List.of()).stream()
                .map(config -> new Limit(level, of, config))
                .toList();
    }

    /** Whether there is one like it, whatever its amounts. */
    boolean hasLike(Limit limit) {
        return of(limit.level(), limit.of()).stream()
                .anyMatch(like -> like.identity().equals(limit.identity()));
    }
}
