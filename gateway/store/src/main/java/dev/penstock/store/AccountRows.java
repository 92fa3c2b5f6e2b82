package dev.penstock.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All accounts at one moment. Settings are documents that the store keeps and does not read.
 *
 * @param revision counts changes: of two, the larger is the newer
 */
public record AccountRows(long revision, List<Tenant> tenants, List<Project> projects, List<Key> keys) {
    /** Who is billed. */
    public record Tenant(String id, String settings, Instant created) {}

    /** A part of a tenant. */
    public record Project(String tenant, String id, String settings, Instant created) {}

    /**
     * A key of a project.
     *
     * @param revoked when it was; for good
     * @param hashes what is kept of it; two while it is being rotated
     */
    public record Key(
            String id,
            String tenant,
            String project,
            String settings,
            Instant created,
            Optional<Instant> revoked,
            List<Hash> hashes) {
        public Key {
            hashes = List.copyOf(hashes);
        }
    }

    /**
     * What is kept of a key.
     *
     * @param ends from when it is refused; empty for as long as the key is not
     */
    public record Hash(String value, Optional<Instant> ends) {}

    public AccountRows {
        tenants = List.copyOf(tenants);
        projects = List.copyOf(projects);
        keys = List.copyOf(keys);
    }
}
