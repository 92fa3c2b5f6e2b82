package dev.penstock.runtime.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The reference of a configuration, written from its records. */
public final class ConfigDocs {
    private final Map<Class<?>, String> titles;
    private final StringBuilder out = new StringBuilder();

    private ConfigDocs(Map<Class<?>, String> titles) {
        this.titles = titles;
    }

    /**
     * One kind of file.
     *
     * @param title the heading, such as {@code Gateway}
     * @param intro what the file is for, Markdown
     * @param type the root record
     */
    public record Root(String title, String intro, Class<? extends Record> type) {}

    /** A record and the file it first stands in. */
    private record Section(RecordShape shape, Root root) {}

    /**
     * The reference as Markdown: for each file its keys, those of the records in it, and an example of the whole.
     *
     * @param intro what stands before the first file
     */
    public static String markdown(String intro, List<Root> roots) {
        Map<Class<?>, Section> sections = new LinkedHashMap<>();
        for (Root root : roots) {
            collect(RecordShape.of(root.type()), root, sections);
        }
        ConfigDocs docs = new ConfigDocs(titles(sections));
        StringBuilder out = docs.out.append("# Configuration\n\n" + intro.strip() + "\n");
        for (Root root : roots) {
            out.append("\n## ")
                    .append(root.title())
                    .append("\n\n")
                    .append(root.intro().strip())
                    .append("\n\n");
            docs.table(RecordShape.of(root.type()));
        }
        sections.forEach((type, section) -> {
            out.append("\n### ").append(docs.titles.get(type)).append("\n\n");
            if (!section.shape().doc().isEmpty()) {
                out.append(section.shape().doc()).append("\n\n");
            }
            docs.table(section.shape());
        });
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

    private void table(RecordShape shape) {
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

    private String type(ValueShape shape) {
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

    private String link(RecordShape shape) {
        String title = titles.getOrDefault(shape.type(), title(shape));
        return "[" + title + "](#" + title.toLowerCase(Locale.ROOT).replace(' ', '-') + ")";
    }

    /** {@code ListenerConfig} as {@code Listener}, {@code ServerTls} as {@code Server tls}. */
    static String title(RecordShape shape) {
        String name = shape.type().getSimpleName().replaceFirst("(?<=.)Config$", "");
        String words = RecordShape.kebab(name).replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static void collect(RecordShape shape, Root root, Map<Class<?>, Section> sections) {
        for (RecordShape.Key key : shape.components()) {
            for (RecordShape inner : within(key.shape())) {
                if (sections.putIfAbsent(inner.type(), new Section(inner, root)) == null) {
                    collect(inner, root, sections);
                }
            }
        }
    }

    /**
     * The headings: a title that records of two files share is told apart by the file, {@code Gateway limits}.
     *
     * @throws IllegalStateException where two records of one file share a title
     */
    private static Map<Class<?>, String> titles(Map<Class<?>, Section> sections) {
        Map<String, Long> claims = sections.values().stream()
                .collect(Collectors.groupingBy(section -> title(section.shape()), Collectors.counting()));
        Map<Class<?>, String> titles = new LinkedHashMap<>();
        sections.forEach((type, section) -> {
            String title = title(section.shape());
            String root = title(RecordShape.of(section.root().type()));
            String heading = claims.getOrDefault(title, 1L) == 1
                    ? title
                    : root + " " + title.substring(0, 1).toLowerCase(Locale.ROOT) + title.substring(1);
            if (titles.containsValue(heading)) {
                throw new IllegalStateException(
                        type + ": \"" + heading + "\" is another's title (expected: record names that differ)");
            }
            titles.put(type, heading);
        });
        return titles;
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
