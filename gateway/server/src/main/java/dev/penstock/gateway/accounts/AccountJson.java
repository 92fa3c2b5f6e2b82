package dev.penstock.gateway.accounts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.config.Endpoint;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.ProjectConfig;
import dev.penstock.gateway.config.TenantConfig;
import dev.penstock.store.AccountRows;
import dev.penstock.store.AuditRecord;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Accounts as the admin listener tells of them: never a hash, which nobody needs to see. */
final class AccountJson {
    private static final String SOURCE = "source";

    private AccountJson() {}

    static ObjectNode tenant(AccountRows rows, AccountRows.Tenant row) {
        ObjectNode node = about(row.id(), row.created());
        node.setAll(Documents.stored(row.settings()));
        ArrayNode projects = node.putArray("projects");
        rows.projects().stream()
                .filter(project -> project.tenant().equals(row.id()))
                .forEach(project -> projects.add(project(project)));
        return node;
    }

    static ObjectNode project(AccountRows.Project row) {
        ObjectNode node = about(row.id(), row.created());
        node.setAll(Documents.stored(row.settings()));
        return node;
    }

    private static ObjectNode about(String id, Instant created) {
        return Documents.empty().put("id", id).put(SOURCE, "store").put("created", created.toString());
    }

    static ObjectNode key(AccountRows.Key row, Instant now) {
        ObjectNode settings = Documents.stored(row.settings());
        ObjectNode node = about(row.id(), row.created());
        Optional<Instant> expires =
                Optional.ofNullable(settings.get("expires")).map(text -> Instant.parse(text.asText()));
        node.put("status", row.revoked().isPresent() ? "revoked" : status(expires, now));
        node.put("tenant", row.tenant());
        node.put("project", row.project());
        row.revoked().ifPresent(at -> node.put("revoked", at.toString()));
        row.hashes().stream()
                .flatMap(hash -> hash.ends().stream())
                .filter(end -> end.isAfter(now))
                .max(Comparator.naturalOrder())
                .ifPresent(end -> node.put("previous-until", end.toString()));
        node.setAll(settings);
        return node;
    }

    private static String status(Optional<Instant> expires, Instant now) {
        return expires.filter(end -> !end.isAfter(now)).isPresent() ? "expired" : "active";
    }

    static ObjectNode declared(TenantConfig tenant) {
        ObjectNode node = Documents.empty().put("id", tenant.id()).put(SOURCE, "configuration");
        node.put("weight", tenant.weight());
        ArrayNode projects = node.putArray("projects");
        tenant.projects().forEach(project -> projects.add(declared(project)));
        return node;
    }

    static ObjectNode declared(ProjectConfig project) {
        return Documents.empty().put("id", project.id()).put(SOURCE, "configuration");
    }

    static ObjectNode declared(KeyConfig key, Instant now) {
        ObjectNode node = Documents.empty().put("id", key.id()).put(SOURCE, "configuration");
        node.put("status", status(key.expiry(), now));
        node.put("tenant", key.tenant());
        node.put("project", key.project());
        list(node, "models", key.models());
        list(node, "endpoints", key.endpoints().stream().map(AccountJson::name).toList());
        list(node, "sites", key.sites());
        list(node, "networks", key.networks());
        key.expires().ifPresent(end -> node.put("expires", end));
        node.put("criticality", key.criticality().name().toLowerCase(Locale.ROOT));
        return node;
    }

    private static String name(Endpoint endpoint) {
        return endpoint.name().toLowerCase(Locale.ROOT);
    }

    private static void list(ObjectNode node, String field, List<String> values) {
        ArrayNode array = node.putArray(field);
        values.forEach(array::add);
    }

    static ObjectNode audit(List<AuditRecord> newest, OptionalLong broken) {
        ObjectNode root = Documents.empty().put("whole", broken.isEmpty());
        broken.ifPresent(seq -> root.put("broken-at", seq));
        ArrayNode records = root.putArray("records");
        newest.forEach(record -> records.addObject()
                .put("seq", record.seq())
                .put("at", record.at().toString())
                .put("actor", record.actor())
                .put("action", record.action())
                .put("subject", record.subject())
                .put("detail", record.detail())
                .put("hash", record.hash()));
        return root;
    }
}
