package dev.penstock.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.ProjectConfig;
import dev.penstock.gateway.config.TenantConfig;
import dev.penstock.runtime.config.ConfigSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The admin listener, described in OpenAPI 3.1. What a tenant, a project and a key may be told is generated from the very
 * records that read them.
 */
final class OpenApi {
    static final String PATH = "/admin/openapi.json";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private OpenApi() {}

    static String document() {
        try (InputStream resource =
                Objects.requireNonNull(OpenApi.class.getResourceAsStream("openapi.json"), "openapi.json")) {
            ObjectNode root = (ObjectNode) MAPPER.readTree(resource);
            ObjectNode schemas = (ObjectNode) root.at("/components/schemas");
            add(schemas, "Tenant", TenantConfig.class, Set.of("projects"), List.of("id"));
            add(schemas, "Project", ProjectConfig.class, Set.of(), List.of("id"));
            add(schemas, "Key", KeyConfig.class, Set.of("hash", "previous"), List.of("id"));
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A record's schema, without what is not the caller's to say; what it refers to stands beside it. */
    private static void add(
            ObjectNode schemas, String name, Class<? extends Record> type, Set<String> without, List<String> required)
            throws JsonProcessingException {
        String text = ConfigSchema.of("", type).replace("#/$defs/", "#/components/schemas/");
        ObjectNode schema = (ObjectNode) MAPPER.readTree(text);
        JsonNode referred = schema.remove("$defs");
        schema.remove(List.of("$schema", "$id"));
        ((ObjectNode) schema.path("properties")).remove(without);
        ArrayNode demanded = schema.putArray("required");
        required.forEach(demanded::add);
        schemas.set(name, schema);
        referred.properties().forEach(each -> schemas.set(each.getKey(), each.getValue()));
    }
}
