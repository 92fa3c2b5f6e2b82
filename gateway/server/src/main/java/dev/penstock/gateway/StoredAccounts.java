package dev.penstock.gateway;

import dev.penstock.gateway.accounts.AccountRoutes;
import dev.penstock.gateway.accounts.AccountSource;
import dev.penstock.gateway.accounts.AccountWatch;
import dev.penstock.gateway.admin.AdminRoute;
import dev.penstock.gateway.cluster.Membership;
import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.AuthMode;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.StoreConfig;
import dev.penstock.gateway.ledger.UsageBook;
import dev.penstock.store.AccountRows;
import dev.penstock.store.Database;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The accounts of the store, as this gateway follows and manages them. */
final class StoredAccounts implements AccountSource, AutoCloseable {
    /** Beyond what one connection may take: tables may have to be made. */
    private static final Duration OPENING = Duration.ofSeconds(3);

    private static final String REMEDY = " (expected: `store.url`, the same PostgreSQL database for all gateways)";

    private final DataPlane plane;
    private final StoreConfig store;
    private final UsageBook book;
    private final AccountWatch watch;

    StoredAccounts(DataPlane plane, GatewayConfig config, UsageBook book) {
        this.plane = plane;
        this.store = config.store().orElseThrow();
        this.book = book;
        this.watch = new AccountWatch(book::database, store.directory(), plane::accounts);
        watch.start();
    }

    static List<AdminRoute> routes(Vertx vertx, Optional<StoredAccounts> accounts) {
        return new AccountRoutes(vertx, accounts.map(stored -> stored), accounts.map(stored -> stored.watch)).routes();
    }

    /**
     * Waits until the keys of the store are known, where keys are asked for, and it can be reached.
     *
     * @throws GatewayStartException where this store cannot be that of a cluster
     */
    void await(GatewayConfig config) throws GatewayStartException {
        try {
            if (config.auth().mode() == AuthMode.KEYS) {
                watch.awaitFirst(store.timeout().plus(OPENING));
            }
            check(config.auth());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GatewayStartException("store: interrupted", interrupted);
        } catch (IllegalArgumentException alone) {
            throw new GatewayStartException(String.valueOf(alone.getMessage()), alone);
        }
    }

    /**
     * Whether a store of one gateway will do: not where there are others, who would not know its keys, and who would spend the
     * same budgets once more.
     *
     * @throws IllegalArgumentException with the reason
     */
    void check(AuthConfig declared) {
        if (!unshared()) {
            return;
        }
        Optional<String> budgeted =
                declared.hardBudgeted().or(() -> plane.live().config().auth().hardBudgeted());
        if (budgeted.isPresent()) {
            throw new IllegalArgumentException("store: this gateway's own, while others are in the cluster, and "
                    + budgeted.get() + " has a hard budget" + REMEDY);
        }
        Optional<AccountRows.Key> key = watch.rows().stream()
                .flatMap(rows -> rows.keys().stream())
                .filter(row -> row.revoked().isEmpty())
                .findFirst();
        if (key.isPresent()) {
            throw new IllegalArgumentException("store: this gateway's own, while others are in the cluster, and it has"
                    + " keys that they do not know, such as \"" + key.get().id() + "\"" + REMEDY);
        }
    }

    @Override
    public AuthConfig declared() {
        return plane.live().declared();
    }

    @Override
    public Optional<Database> database() {
        return book.database();
    }

    @Override
    public boolean unshared() {
        return store.url().isEmpty()
                && plane.membership().map(Membership::members).orElse(0) > 1;
    }

    @Override
    public boolean adminIsLocal() {
        return plane.live().config().adminIsLocal();
    }

    @Override
    public void close() {
        watch.close();
    }
}
