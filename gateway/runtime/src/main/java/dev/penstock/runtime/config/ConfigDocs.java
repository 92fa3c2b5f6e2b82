package dev.penstock.runtime.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The reference of a configuration, written from its records. */
public final class ConfigDocs {
    private ConfigDocs() {}

    /**
     * One kind of file.
     *
     * @param title the heading, such as {@code Gateway}
     * @param intro what the file is for, Markdown
     * @param type the root record
     */
    public record Root(String title, String intro, Class<? extends Record> type) {}

    /**
     * The reference as Markdown: for each file its keys, those of the records in it, and an example of the whole.
     *
     * @param intro what stands before the first file
     */
    public static String markdown(String intro, List<Root> roots) {
        StringBuilder out = new StringBuilder("# Configuration\n\n" + intro.strip() + "\n");
        Map<String, RecordShape> sections = new LinkedHashMap<>();
        for (Root root : roots) {
            RecordShape shape = RecordShape.of(root.type());
            out.append("\n## ")
                    .append(root.title())
                    .append("\n\n")
                    .append(root.intro().strip())
                    .append("\n\n");
            table(out, shape);
            collect(shape, sections);
        }
        for (Map.Entry<String, RecordShape> section : sections.entrySet()) {
            out.append("\n### ").append(section.getKey()).append("\n\n");
            if (!section.getValue().doc().isEmpty()) {
                out.append(section.getValue().doc()).append("\n\n");
            }
            table(out, section.getValue());
        }
        for (Root root : roots) {
            out.append("\n## ").append(root.title()).append(": every key\n\n");
            out.append("A `#` in the first column marks what has no default: remove it to set the key.\n\n```yaml\n");
            out.append(ConfigExample.of(RecordShape.of(root.type()))).append("```\n");
        }
        return out.toString();
    }

    /** Every key of a record with its default and description, as YAML: a file to begin with. */
    public static String example(Class<? extends Record> type) {
        return ConfigExample.of(RecordShape.of(type));
    }

    private static void table(StringBuilder out, RecordShape shape) {
        if (shape.components().isEmpty()) {
            out.append("No keys.\n");
            return;
        }
        out.append("| Key | Type | Default | Range | |\n|---|---|---|---|---|\n");
        for (RecordShape.Key key : shape.components()) {
            String fallback =
                    key.fallback().map(value -> "`" + value + "`").orElse(key.optional() ? "none" : "**required**");
            out.append("| `").append(key.name()).append("` | ").append(type(key.shape()));
            out.append(" | ").append(fallback).append(" | ").append(range(key.shape()));
            out.append(" | ")
                    .append(key.doc().replaceAll("\\s+", " ").replace("|", "\\|"))
                    .append(" |\n");
        }
    }

    private static String type(ValueShape shape) {
        return switch (shape) {
            case ValueShape.Single single -> single.type().noun();
            case ValueShape.Optionally optionally -> type(optionally.value());
            case ValueShape.Listing listing -> "list of " + type(listing.element());
            case ValueShape.Mapping mapping -> "names, each with " + type(mapping.value());
            case ValueShape.Nested nested -> link(nested.shape());
            case ValueShape.Choice choice ->
                choice.alternatives().entrySet().stream()
                        .map(one -> "`type: " + one.getKey() + "` (" + link(one.getValue()) + ")")
                        .collect(Collectors.joining(" or "));
        };
    }

    private static String range(ValueShape shape) {
        return switch (shape) {
            case ValueShape.Single single
            when !single.type().values().isEmpty() ->
                single.type().values().stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
            case ValueShape.Single single -> single.bounds().words().strip().replaceFirst("^from ", "");
            case ValueShape.Optionally optionally -> range(optionally.value());
            case ValueShape.Listing listing -> range(listing.element());
            case ValueShape.Mapping mapping -> range(mapping.value());
            case ValueShape.Nested nested -> "";
            case ValueShape.Choice choice -> "";
        };
    }

    private static String link(RecordShape shape) {
        String title = title(shape);
        return "[" + title + "](#" + title.toLowerCase(Locale.ROOT).replace(' ', '-') + ")";
    }

    /** {@code ListenerConfig} as {@code Listener}, {@code ServerTls} as {@code Server tls}. */
    static String title(RecordShape shape) {
        String name = shape.type().getSimpleName().replaceFirst("(?<=.)Config$", "");
        String words = RecordShape.kebab(name).replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static void collect(RecordShape shape, Map<String, RecordShape> sections) {
        for (RecordShape.Key key : shape.components()) {
            for (RecordShape inner : within(key.shape())) {
                RecordShape known = sections.putIfAbsent(title(inner), inner);
                if (known != null && known.type() != inner.type()) {
                    throw new IllegalStateException(known.type() + " and " + inner.type()
                            + " have one title (expected: record names that differ)");
                }
                if (known == null) {
                    collect(inner, sections);
                }
            }
        }
    }

    private static List<RecordShape> within(ValueShape shape) {
        return switch (shape) {
            case ValueShape.Single single -> List.of();
            case ValueShape.Optionally optionally -> within(optionally.value());
            case ValueShape.Listing listing -> within(listing.element());
            case ValueShape.Mapping mapping -> within(mapping.value());
            case ValueShape.Nested nested -> List.of(nested.shape());
            case ValueShape.Choice choice ->
                new ArrayList<>(choice.alternatives().values());
        };
    }
}
