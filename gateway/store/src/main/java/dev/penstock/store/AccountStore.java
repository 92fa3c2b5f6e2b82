package dev.penstock.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** Tenants, projects and keys. Each change is one transaction with its audit record, and raises the revision by one. */
public final class AccountStore {
    private final Database database;
    private final InstantSource clock;

    /** The accounts of a store; the clock stamps what is made. */
    public AccountStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** How many changes there have been: cheap to ask for, to see whether {@link #load} would give anything new. */
    public long revision() {
        return database.read(AccountStore::revision);
    }

    private static long revision(Handle handle) {
        return handle.select("select revision from accounts_revision")
                .mapTo(Long.class)
                .one();
    }

    /** All there is. */
    public AccountRows load() {
        return database.read(handle -> {
            Map<String, List<AccountRows.Hash>> hashes = new HashMap<>();
            handle.select("select api_key, hash, ends_at from api_key_hash order by created_at, hash")
                    .map((row, context) -> Map.entry(
                            row.getString(1), new AccountRows.Hash(row.getString(2), instant(row, "ends_at"))))
                    .forEach(entry -> hashes.computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
                            .add(entry.getValue()));
            return new AccountRows(
                    revision(handle),
                    handle.select("select * from tenant order by id")
                            .map((row, context) -> new AccountRows.Tenant(
                                    row.getString("id"), row.getString("settings"), created(row)))
                            .list(),
                    handle.select("select * from project order by tenant, id")
                            .map((row, context) -> new AccountRows.Project(
                                    row.getString("tenant"),
                                    row.getString("id"),
                                    row.getString("settings"),
                                    created(row)))
                            .list(),
                    handle.select("select * from api_key order by id")
                            .map((row, context) -> new AccountRows.Key(
                                    row.getString("id"),
                                    row.getString("tenant"),
                                    row.getString("project"),
                                    row.getString("settings"),
                                    created(row),
                                    instant(row, "revoked_at"),
                                    hashes.getOrDefault(row.getString("id"), List.of())))
                            .list());
        });
    }

    private static Instant created(ResultSet row) throws SQLException {
        return row.getTimestamp("created_at").toInstant();
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    /**
     * Makes a tenant.
     *
     * @throws StoreException.Conflict where there is one of that id
     */
    public void createTenant(String actor, String id, String settings) {
        change(
                actor,
                "tenant.create",
                id,
                settings,
                handle -> insert(
                        "tenant " + id,
                        () -> Database.changed(
                                handle,
                                "insert into tenant (id, settings, created_at) values (?, ?, ?)",
                                id,
                                settings,
                                now())));
    }

    /**
     * Gives a tenant other settings.
     *
     * @throws StoreException.Missing where there is none of that id
     */
    public void updateTenant(String actor, String id, String settings) {
        change(
                actor,
                "tenant.update",
                id,
                settings,
                handle -> found(
                        "tenant " + id,
                        Database.changed(handle, "update tenant set settings = ? where id = ?", settings, id)));
    }

    /**
     * Makes a project.
     *
     * @throws StoreException.Missing where there is no such tenant
     * @throws StoreException.Conflict where it has one of that id
     */
    public void createProject(String actor, String tenant, String id, String settings) {
        change(actor, "project.create", tenant + "/" + id, settings, handle -> {
            require(handle, "tenant " + tenant, "select count(*) from tenant where id = ?", tenant);
            insert(
                    "project " + tenant + "/" + id,
                    () -> Database.changed(
                            handle,
                            "insert into project (tenant, id, settings, created_at) values (?, ?, ?, ?)",
                            tenant,
                            id,
                            settings,
                            now()));
        });
    }

    /**
     * Gives a project other settings.
     *
     * @throws StoreException.Missing where there is none of that id
     */
    public void updateProject(String actor, String tenant, String id, String settings) {
        change(
                actor,
                "project.update",
                tenant + "/" + id,
                settings,
                handle -> found(
                        "project " + tenant + "/" + id,
                        Database.changed(
                                handle,
                                "update project set settings = ? where tenant = ? and id = ?",
                                settings,
                                tenant,
                                id)));
    }

    /**
     * Makes a key.
     *
     * @param hash what is kept of it
     * @throws StoreException.Missing where there is no such project
     * @throws StoreException.Conflict where there is a key of that id, also one that is revoked: its name stays its own
     */
    public void createKey(String actor, String tenant, String project, String id, String settings, String hash) {
        change(actor, "key.create", id, settings, handle -> {
            require(
                    handle,
                    "project " + tenant + "/" + project,
                    "select count(*) from project where tenant = ? and id = ?",
                    tenant,
                    project);
            insert("key " + id, () -> {
                Database.changed(
                        handle,
                        "insert into api_key (id, tenant, project, settings, created_at) values (?, ?, ?, ?, ?)",
                        id,
                        tenant,
                        project,
                        settings,
                        now());
                addHash(handle, id, hash);
            });
        });
    }

    /**
     * Gives a key other settings.
     *
     * @throws StoreException.Missing where there is none of that id
     */
    public void updateKey(String actor, String id, String settings) {
        change(
                actor,
                "key.update",
                id,
                settings,
                handle -> found(
                        "key " + id,
                        Database.changed(handle, "update api_key set settings = ? where id = ?", settings, id)));
    }

    /**
     * Gives a key another secret. The one it had is taken until then, and after that no more.
     *
     * @throws StoreException.Missing where there is none of that id, or it is revoked
     */
    public void rotateKey(String actor, String id, String hash, Instant until) {
        change(actor, "key.rotate", id, "the one before ends at " + until, handle -> {
            require(
                    handle,
                    "key " + id + " that is not revoked",
                    "select count(*) from api_key where id = ? and revoked_at is null",
                    id);
            Timestamp end = Timestamp.from(until);
            // One that ends sooner already still does.
            Database.changed(
                    handle,
                    "update api_key_hash set ends_at = ? where api_key = ? and (ends_at is null or ends_at > ?)",
                    end,
                    id,
                    end);
            insert("the same secret", () -> addHash(handle, id, hash));
        });
    }

    /**
     * Revokes a key, for good. To revoke one that is changes nothing.
     *
     * @throws StoreException.Missing where there is none of that id
     */
    public void revokeKey(String actor, String id) {
        change(
                actor,
                "key.revoke",
                id,
                "",
                handle -> found(
                        "key " + id,
                        Database.changed(
                                handle,
                                "update api_key set revoked_at = coalesce(revoked_at, ?) where id = ?",
                                now(),
                                id)));
    }

    private void addHash(Handle handle, String id, String hash) {
        Database.changed(
                handle, "insert into api_key_hash (hash, api_key, created_at) values (?, ?, ?)", hash, id, now());
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }

    private void change(String actor, String action, String subject, String detail, Consumer<Handle> work) {
        database.write(handle -> {
            // First: whoever else changes anything waits here.
            Database.changed(handle, "update accounts_revision set revision = revision + 1");
            work.accept(handle);
            AuditTrail.append(handle, clock.instant(), actor, action, subject, detail);
            return true;
        });
    }

    private static void insert(String what, Runnable work) {
        try {
            work.run();
        } catch (JdbiException failure) {
            if (Database.duplicate(failure)) {
                throw new StoreException.Conflict(what + ": is there already (expected: a new one)");
            }
            throw failure;
        }
    }

    private static void found(String what, int rows) {
        if (rows == 0) {
            throw new StoreException.Missing(what + ": there is none");
        }
    }

    private static void require(Handle handle, String what, String count, Object... arguments) {
        found(what, handle.select(count, arguments).mapTo(Integer.class).one());
    }
}
