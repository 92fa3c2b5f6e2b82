package dev.penstock.gateway.accounts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.ProjectConfig;
import dev.penstock.gateway.config.TenantConfig;
import dev.penstock.gateway.tenancy.NewKey;
import dev.penstock.protocol.ApiError;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.runtime.config.Durations;
import dev.penstock.store.AccountRows;
import dev.penstock.store.AccountStore;
import dev.penstock.store.StoreException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes and changes tenants, projects and keys. All of a change is checked before any of it is stored; this gateway knows it
 * when the method returns. Methods block, and throw {@link StoreException} where the store does not do it.
 */
final class AccountRegister {
    private static final String DEFAULT = "default";
    private static final Duration OVERLAP = Duration.ofHours(24);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(90);
    private static final int MOST_PREVIOUS = 4;

    /** Not for the caller to say: the gateway makes them. */
    private static final Set<String> MADE = Set.of("hash", "previous", "key");

    private final AccountSource source;
    private final AccountWatch watch;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    AccountRegister(AccountSource source, AccountWatch watch, InstantSource clock) {
        this.source = source;
        this.watch = watch;
        this.clock = clock;
    }

    ObjectNode createTenant(String actor, ObjectNode body) throws JsonRejectedException {
        String id = id(body);
        refuseFields(body, Set.of("projects"), "POST /admin/tenants/ID/projects makes them");
        Documents.bind(body.deepCopy().put("id", id), TenantConfig.class);
        notDeclared("tenant " + id, tenantDeclared(id));
        change(store -> store.createTenant(actor, id, body.toString()));
        return AccountJson.tenant(rows(), tenantRow(id));
    }

    ObjectNode updateTenant(String actor, String id, ObjectNode body, boolean whole) throws JsonRejectedException {
        notDeclared("tenant " + id, tenantDeclared(id));
        refuseFields(body, Set.of("projects"), "each has a path of its own");
        sameId(body, "id", id);
        ObjectNode settings =
                whole ? body : Documents.patched(Documents.stored(tenantRow(id).settings()), body);
        Documents.bind(settings.deepCopy().put("id", id), TenantConfig.class);
        change(store -> store.updateTenant(actor, id, settings.toString()));
        return AccountJson.tenant(rows(), tenantRow(id));
    }

    ObjectNode createProject(String actor, String tenant, ObjectNode body) throws JsonRejectedException {
        String id = id(body);
        Documents.bind(body.deepCopy().put("id", id), ProjectConfig.class);
        notDeclared("project " + tenant + "/" + id, projectDeclared(tenant, id));
        change(store -> {
            standIn(actor, store, tenant);
            store.createProject(actor, tenant, id, body.toString());
        });
        return AccountJson.project(projectRow(tenant, id));
    }

    ObjectNode updateProject(String actor, String tenant, String id, ObjectNode body, boolean whole)
            throws JsonRejectedException {
        notDeclared("project " + tenant + "/" + id, projectDeclared(tenant, id));
        sameId(body, "id", id);
        ObjectNode settings = whole
                ? body
                : Documents.patched(Documents.stored(projectRow(tenant, id).settings()), body);
        Documents.bind(settings.deepCopy().put("id", id), ProjectConfig.class);
        change(store -> store.updateProject(actor, tenant, id, settings.toString()));
        return AccountJson.project(projectRow(tenant, id));
    }

    /** The answer has the key, this once. */
    ObjectNode createKey(String actor, ObjectNode body) throws JsonRejectedException {
        String id = id(body);
        String tenant = Documents.text(body, "tenant", DEFAULT);
        String project = Documents.text(body, "project", DEFAULT);
        refuseFields(body, MADE, "the gateway makes the key");
        NewKey key = newKey(id);
        check(body, id, tenant, project, key);
        notDeclared("key " + id, keyDeclared(id));
        change(store -> {
            standIn(actor, store, tenant);
            standIn(actor, store, tenant, project);
            store.createKey(
                    actor, tenant, project, id, body.toString(), key.hash().toString());
        });
        return shown(key, id);
    }

    ObjectNode updateKey(String actor, String id, ObjectNode body, boolean whole) throws JsonRejectedException {
        notDeclared("key " + id, keyDeclared(id));
        AccountRows.Key row = keyRow(id);
        refuseFields(body, MADE, "POST /admin/keys/ID/rotate makes another key");
        sameId(body, "id", id);
        sameId(body, "tenant", row.tenant());
        sameId(body, "project", row.project());
        ObjectNode settings = whole ? body : Documents.patched(Documents.stored(row.settings()), body);
        check(settings, id, row.tenant(), row.project(), newKey(id));
        change(store -> store.updateKey(actor, id, settings.toString()));
        return AccountJson.key(keyRow(id), clock.instant());
    }

    /** The answer has the new key, this once; the one before is taken for the overlap that the body says. */
    ObjectNode rotateKey(String actor, String id, ObjectNode body) throws JsonRejectedException {
        notDeclared("key " + id, keyDeclared(id));
        Duration overlap = overlap(Documents.text(body, "overlap", Durations.format(OVERLAP)));
        refuseFields(body, Set.copyOf(names(body)), "overlap alone");
        Instant now = clock.instant();
        AccountRows.Key row = keyRow(id);
        if (row.revoked().isPresent()) {
            throw conflict("key " + id + ": revoked (expected: one that is not)");
        }
        long live = row.hashes().stream()
                .filter(hash -> hash.ends().isEmpty() || hash.ends().get().isAfter(now))
                .count();
        if (live > MOST_PREVIOUS && !overlap.isZero()) {
            throw conflict("key " + id + ": " + live + " secrets of it are taken now (expected: at most "
                    + MOST_PREVIOUS + "; wait for one to end, or rotate with an overlap of 0s)");
        }
        NewKey key = newKey(id);
        Instant until = now.plus(overlap).truncatedTo(ChronoUnit.MILLIS);
        change(store -> store.rotateKey(actor, id, key.hash().toString(), until));
        return shown(key, id);
    }

    /** Also where others do not learn of it: better here than nowhere. */
    ObjectNode revokeKey(String actor, String id) throws JsonRejectedException {
        notDeclared("key " + id, keyDeclared(id));
        store().revokeKey(actor, id);
        watch.refresh();
        return AccountJson.key(keyRow(id), clock.instant());
    }

    ObjectNode tenants() {
        ObjectNode root = Documents.empty();
        ArrayNode all = root.putArray("tenants");
        source.declared().tenants().forEach(tenant -> all.add(AccountJson.declared(tenant)));
        rows().tenants().stream()
                .filter(row -> tenantDeclared(row.id()).isEmpty())
                .forEach(row -> all.add(AccountJson.tenant(rows(), row)));
        return root;
    }

    ObjectNode tenant(String id) {
        return tenantDeclared(id).map(AccountJson::declared).orElseGet(() -> AccountJson.tenant(rows(), tenantRow(id)));
    }

    ObjectNode projects(String tenant) {
        ObjectNode root = Documents.empty();
        root.set("projects", tenant(tenant).path("projects"));
        return root;
    }

    ObjectNode project(String tenant, String id) {
        return projectDeclared(tenant, id)
                .map(AccountJson::declared)
                .orElseGet(() -> AccountJson.project(projectRow(tenant, id)));
    }

    ObjectNode keys() {
        Instant now = clock.instant();
        ObjectNode root = Documents.empty();
        ArrayNode all = root.putArray("keys");
        source.declared().keys().forEach(key -> all.add(AccountJson.declared(key, now)));
        rows().keys().stream()
                .filter(row -> keyDeclared(row.id()).isEmpty())
                .forEach(row -> all.add(AccountJson.key(row, now)));
        return root;
    }

    ObjectNode key(String id) {
        Instant now = clock.instant();
        return keyDeclared(id)
                .map(key -> AccountJson.declared(key, now))
                .orElseGet(() -> AccountJson.key(keyRow(id), now));
    }

    /** Of a tenant that the configuration names, and of the default one, the store has an empty row. */
    private void standIn(String actor, AccountStore store, String tenant) {
        boolean known = tenant.equals(DEFAULT) || tenantDeclared(tenant).isPresent();
        if (known && rows().tenants().stream().noneMatch(row -> row.id().equals(tenant))) {
            present(() -> store.createTenant(actor, tenant, "{}"));
        }
    }

    private void standIn(String actor, AccountStore store, String tenant, String project) {
        boolean known =
                project.equals(DEFAULT) || projectDeclared(tenant, project).isPresent();
        boolean missing = rows().projects().stream()
                .noneMatch(row -> row.tenant().equals(tenant) && row.id().equals(project));
        if (known && missing) {
            present(() -> store.createProject(actor, tenant, project, "{}"));
        }
    }

    private static void present(Runnable making) {
        try {
            making.run();
        } catch (StoreException.Conflict madeMeanwhile) {
            return; // as good
        }
    }

    private NewKey newKey(String id) {
        return NewKey.generate(id, source.declared().pepper(), random);
    }

    private ObjectNode shown(NewKey key, String id) {
        ObjectNode answer = Documents.empty().put("key", key.key());
        answer.setAll(AccountJson.key(keyRow(id), clock.instant()));
        return answer;
    }

    private static void check(ObjectNode settings, String id, String tenant, String project, NewKey key)
            throws JsonRejectedException {
        Documents.bind(
                settings.deepCopy()
                        .put("id", id)
                        .put("tenant", tenant)
                        .put("project", project)
                        .put("hash", key.hash().toString()),
                KeyConfig.class);
    }

    private static String id(ObjectNode body) throws JsonRejectedException {
        String id = Documents.text(body, "id", "");
        try {
            KeyConfig.requireId(id);
        } catch (IllegalArgumentException unfit) {
            throw Documents.refused("id", String.valueOf(unfit.getMessage()));
        }
        return id;
    }

    private static void sameId(ObjectNode body, String field, String is) throws JsonRejectedException {
        String said = Documents.text(body, field, is);
        if (!said.equals(is)) {
            throw Documents.refused(
                    field, field + ": \"" + said + "\" (expected: \"" + is + "\", which stays as it is)");
        }
    }

    private static List<String> names(ObjectNode body) {
        return body.properties().stream().map(each -> each.getKey()).toList();
    }

    private static void refuseFields(ObjectNode body, Set<String> fields, String instead) throws JsonRejectedException {
        for (String name : names(body)) {
            if (fields.contains(name)) {
                throw Documents.refused(name, name + ": not to be given here (expected: none; " + instead + ")");
            }
        }
    }

    private static Duration overlap(String text) throws JsonRejectedException {
        try {
            Duration overlap = Durations.parse(text);
            if (!overlap.isNegative() && overlap.compareTo(LONGEST_OVERLAP) <= 0) {
                return overlap;
            }
        } catch (IllegalArgumentException none) {
            // Said below, as of one that is too long.
        }
        throw Documents.refused("overlap", "overlap: " + text + " (expected: a duration from 0s to 90d, such as 24h)");
    }

    private void change(Consumer<AccountStore> work) throws JsonRejectedException {
        AccountStore store = store();
        if (source.unshared()) {
            throw conflict("this gateway's store is its own, and other gateways of the cluster would not learn of the"
                    + " change (expected: `store.url`, the same PostgreSQL database for all)");
        }
        work.accept(store);
        watch.refresh();
    }

    private AccountStore store() {
        return source.database()
                .map(database -> new AccountStore(database, clock))
                .orElseThrow(() -> new StoreException.Unavailable(
                        "the store has not been reached yet", new IOException("not open")));
    }

    private AccountRows rows() {
        return watch.rows()
                .orElseThrow(() -> new StoreException.Unavailable(
                        "the store has not been reached yet", new IOException("not read")));
    }

    private AccountRows.Tenant tenantRow(String id) {
        return rows().tenants().stream()
                .filter(row -> row.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new StoreException.Missing("tenant " + id + ": there is none"));
    }

    private AccountRows.Project projectRow(String tenant, String id) {
        return rows().projects().stream()
                .filter(row -> row.tenant().equals(tenant) && row.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new StoreException.Missing("project " + tenant + "/" + id + ": there is none"));
    }

    private AccountRows.Key keyRow(String id) {
        return rows().keys().stream()
                .filter(row -> row.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new StoreException.Missing("key " + id + ": there is none"));
    }

    private Optional<TenantConfig> tenantDeclared(String id) {
        return source.declared().tenants().stream()
                .filter(tenant -> tenant.id().equals(id))
                .findFirst();
    }

    private Optional<ProjectConfig> projectDeclared(String tenant, String id) {
        return tenantDeclared(tenant).flatMap(owner -> owner.projects().stream()
                .filter(project -> project.id().equals(id))
                .findFirst());
    }

    private Optional<KeyConfig> keyDeclared(String id) {
        return source.declared().keys().stream()
                .filter(key -> key.id().equals(id))
                .findFirst();
    }

    private static void notDeclared(String what, Optional<?> declared) throws JsonRejectedException {
        if (declared.isPresent()) {
            throw conflict(what + ": stands in the configuration, which holds (expected: to be changed there)");
        }
    }

    private static JsonRejectedException conflict(String message) {
        return new JsonRejectedException(ApiError.invalid(409, message).withCode("conflict"));
    }
}
