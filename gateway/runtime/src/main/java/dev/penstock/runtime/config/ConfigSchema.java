package dev.penstock.runtime.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A configuration as JSON Schema (2020-12), for editors: they complete keys and mark what is wrong. */
public final class ConfigSchema {
    private final Map<String, Object> definitions = new LinkedHashMap<>();

    private ConfigSchema() {}

    /**
     * The schema of a root record, indented, with a line break at the end.
     *
     * @param id what {@code $id} says
     */
    public static String of(String id, Class<? extends Record> type) {
        ConfigSchema schema = new ConfigSchema();
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("$id", id);
        root.putAll(schema.record(RecordShape.of(type)));
        root.put("$defs", schema.definitions);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(root) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("maps and lists of text", impossible);
        }
    }

    private Map<String, Object> record(RecordShape shape) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        if (!shape.doc().isEmpty()) {
            schema.put("description", shape.doc());
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordShape.Key key : shape.components()) {
            Map<String, Object> property = new LinkedHashMap<>(value(key.shape()));
            if (!key.doc().isEmpty()) {
                property.put("description", key.doc());
            }
            key.fallback().ifPresent(fallback -> addDefault(property, key.shape(), fallback));
            properties.put(key.name(), property);
            if (!key.optional()) {
                required.add(key.name());
            }
        }
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private static void addDefault(Map<String, Object> property, ValueShape shape, String fallback) {
        if (shape instanceof ValueShape.Single single) {
            property.put("default", literal(single.type(), fallback));
        } else {
            property.put("$comment", "default: " + fallback);
        }
    }

    private static Object literal(ScalarType type, String text) {
        return switch (type.jsonType()) {
            case "integer" -> Long.parseLong(text);
            case "number" -> Double.parseDouble(text);
            case "boolean" -> Boolean.parseBoolean(text);
            default -> text;
        };
    }

    private Map<String, Object> value(ValueShape shape) {
        return switch (shape) {
            case ValueShape.Single single -> single(single);
            case ValueShape.Optionally optionally -> value(optionally.value());
            case ValueShape.Listing listing -> Map.of("type", "array", "items", value(listing.element()));
            case ValueShape.Mapping mapping -> Map.of("type", "object", "additionalProperties", value(mapping.value()));
            case ValueShape.Nested nested -> reference(nested.shape());
            case ValueShape.Choice choice -> choice(choice);
        };
    }

    private Map<String, Object> reference(RecordShape shape) {
        String name = RecordShape.kebab(shape.type().getSimpleName());
        if (!definitions.containsKey(name)) {
            definitions.put(name, Map.of());
            definitions.put(name, record(shape));
        }
        return Map.of("$ref", "#/$defs/" + name);
    }

    private Map<String, Object> choice(ValueShape.Choice choice) {
        List<Object> alternatives = new ArrayList<>();
        choice.alternatives().forEach((name, shape) -> {
            Map<String, Object> alternative = record(shape);
            Map<String, Object> properties = new LinkedHashMap<>();
            properties.put(ValueShape.Choice.KEY, Map.of("const", name));
            if (alternative.get("properties") instanceof Map<?, ?> own) {
                own.forEach((key, value) -> properties.put(String.valueOf(key), value));
            }
            alternative.put("properties", properties);
            alternatives.add(alternative);
        });
        return Map.of("oneOf", alternatives);
    }

    private static Map<String, Object> single(ValueShape.Single single) {
        Map<String, Object> schema = new LinkedHashMap<>();
        ScalarType type = single.type();
        boolean number = type.jsonType().equals("integer") || type.jsonType().equals("number");
        schema.put("type", type.equals(ScalarType.BYTE_SIZE) ? List.of("string", "integer") : type.jsonType());
        if (!type.values().isEmpty() && type.jsonType().equals("string")) {
            schema.put("enum", type.values());
        }
        if (type.equals(ScalarType.DURATION)) {
            schema.put("pattern", "^(0|[0-9]+ ?(us|ms|s|m|h|d))$");
        } else if (type.equals(ScalarType.SECRET)) {
            schema.put("pattern", "^(env|file):.+$");
        }
        if (number && !single.bounds().min().isEmpty()) {
            schema.put("minimum", literal(type, single.bounds().min()));
        }
        if (number && !single.bounds().max().isEmpty()) {
            schema.put("maximum", literal(type, single.bounds().max()));
        }
        return schema;
    }
}
