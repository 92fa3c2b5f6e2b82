package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Accounts as a person reads them. */
final class AccountText {
    private AccountText() {}

    static String keys(JsonNode keys) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("key", "status", "tenant", "project", "models", "expires", "source"));
        for (JsonNode key : keys) {
            rows.add(List.of(
                    key.path("id").asText(),
                    key.path("status").asText(),
                    key.path("tenant").asText(),
                    key.path("project").asText(),
                    key.path("models").isEmpty() ? "none" : value(key.path("models")),
                    key.path("expires").asText("never"),
                    key.path("source").asText()));
        }
        return keys.isEmpty() ? "no keys" + System.lineSeparator() : TextTable.of(rows);
    }

    static String tenants(JsonNode tenants) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("tenant", "weight", "projects", "source"));
        for (JsonNode tenant : tenants) {
            List<String> projects = new ArrayList<>();
            tenant.path("projects").forEach(each -> projects.add(each.path("id").asText()));
            rows.add(List.of(
                    tenant.path("id").asText(),
                    tenant.path("weight").asText("1"),
                    projects.isEmpty() ? "none" : String.join(",", projects),
                    tenant.path("source").asText()));
        }
        return tenants.isEmpty() ? "no tenants" + System.lineSeparator() : TextTable.of(rows);
    }

    /** One, a line a setting; not the key itself. */
    static String one(JsonNode account) {
        List<List<String>> rows = new ArrayList<>();
        account.properties().stream()
                .filter(each -> !each.getKey().equals("key"))
                .forEach(each -> rows.add(List.of(each.getKey(), value(each.getValue()))));
        return TextTable.of(rows);
    }

    /** A key that is shown this once, and what is known of it. */
    static String made(JsonNode key) {
        String line = System.lineSeparator();
        return "The key, shown this once:" + line + line + "  "
                + key.path("key").asText() + line + line + one(key);
    }

    private static String value(JsonNode value) {
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isValueNode)) {
            return value.valueStream().map(JsonNode::asText).collect(Collectors.joining(","));
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }
}
