package dev.penstock.gateway.accounts;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.store.Database;
import java.util.Optional;

/** Port: what accounts are managed with. */
public interface AccountSource {
    /** What the configuration says. */
    AuthConfig declared();

    /** The store, once it was reached. */
    Optional<Database> database();

    /** Whether the store is this gateway's alone while there are others in the cluster, who would not know of changes. */
    boolean unshared();

    /** Whether nobody but this machine reaches the admin listener. */
    boolean adminIsLocal();
}
