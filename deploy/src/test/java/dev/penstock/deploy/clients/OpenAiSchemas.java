package dev.penstock.deploy.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The response schemas of OpenAI's own API description, where they lie beside the checkout. */
final class OpenAiSchemas {
    private static final String LOCATION = "https://schemas.invalid/openai.json";

    private final SchemaRegistry registry;

    private OpenAiSchemas(String text) {
        registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(LOCATION, text)));
    }

    /** Where they are looked for. */
    static Path file() {
        return Path.of(System.getProperty("penstock.root", ".."), "..", "shared", "design", "openai-schemas.json")
                .normalize();
    }

    static Optional<OpenAiSchemas> find() throws IOException {
        return Files.isReadable(file()) ? Optional.of(new OpenAiSchemas(Files.readString(file()))) : Optional.empty();
    }

    /** What {@code body} does against the schema {@code name}, a line each; empty when it conforms. */
    List<String> violations(String name, JsonNode body) {
        return registry.getSchema(SchemaLocation.of(LOCATION + "#/components/schemas/" + name)).validate(body).stream()
                .map(Error::toString)
                .toList();
    }
}
