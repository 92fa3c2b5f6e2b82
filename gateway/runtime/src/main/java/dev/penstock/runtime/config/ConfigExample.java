package dev.penstock.runtime.config;

import dev.penstock.runtime.config.YamlText.YamlFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A whole configuration file with its defaults and what each key is for.
 *
 * <p>What has no default is commented out by a {@code #} in the first column; removing that one character gives a file
 * that binds.
 */
final class ConfigExample {
    private static final int WIDTH = 100;

    private final StringBuilder out = new StringBuilder();

    private ConfigExample() {}

    static String of(RecordShape shape) {
        ConfigExample example = new ConfigExample();
        example.record(shape, Map.of(), 0, false);
        return example.out.toString();
    }

    private void record(RecordShape shape, Map<String, String> above, int indent, boolean off) {
        for (RecordShape.Key key : shape.components()) {
            comment(key, indent, off);
            Optional<String> fallback =
                    Optional.ofNullable(above.get(key.name())).or(key::fallback);
            entry(key, key.shape(), fallback, indent, off);
        }
    }

    private void comment(RecordShape.Key key, int indent, boolean off) {
        StringBuilder line = new StringBuilder();
        List<String> words = new ArrayList<>(List.of(key.doc().split("\\s+")));
        String range = range(key.shape());
        if (!range.isEmpty()) {
            words.addAll(List.of(("(" + range + ")").split(" ")));
        }
        for (String word : words) {
            if (!line.isEmpty() && indent + 2 + line.length() + 1 + word.length() > WIDTH) {
                line(indent, "# " + line, off);
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            line(indent, "# " + line, off);
        }
    }

    /** What a value may be, where the type does not show in the value itself. */
    private static String range(ValueShape shape) {
        return switch (shape) {
            case ValueShape.Single single
            when !single.type().values().isEmpty() ->
                String.join(" | ", single.type().values());
            case ValueShape.Single single -> single.bounds().words().strip();
            case ValueShape.Optionally optionally -> range(optionally.value());
            case ValueShape.Listing listing -> range(listing.element());
            case ValueShape.Mapping mapping -> range(mapping.value());
            case ValueShape.Choice choice ->
                "type: " + String.join(" | ", choice.alternatives().keySet());
            case ValueShape.Nested nested -> "";
        };
    }

    private void entry(RecordShape.Key key, ValueShape shape, Optional<String> fallback, int indent, boolean off) {
        String name = key.name() + ":";
        switch (shape) {
            case ValueShape.Single single -> {
                String value = fallback.or(key::example).orElseGet(() -> placeholder(single));
                line(
                        indent,
                        name + " " + value,
                        off || (fallback.isEmpty() && key.example().isEmpty()));
            }
            case ValueShape.Optionally optionally -> entry(key, optionally.value(), fallback, indent, true);
            case ValueShape.Nested nested -> {
                line(indent, name, off);
                record(nested.shape(), children(fallback.orElse("{}")), indent + 2, off);
            }
            case ValueShape.Listing listing -> {
                if (fallback.isPresent() || listing.element() instanceof ValueShape.Single) {
                    boolean unset = fallback.isEmpty() && key.example().isEmpty();
                    line(indent, name + " " + fallback.or(key::example).orElse("[]"), off || unset);
                } else {
                    line(indent, name, true);
                    item(key, listing.element(), indent + 2);
                }
            }
            case ValueShape.Mapping mapping -> {
                if (fallback.isPresent() || mapping.value() instanceof ValueShape.Single) {
                    boolean unset = fallback.isEmpty() && key.example().isEmpty();
                    line(indent, name + " " + fallback.or(key::example).orElse("{}"), off || unset);
                } else {
                    line(indent, name, true);
                    line(indent + 2, "NAME:", true);
                    body(mapping.value(), Optional.empty(), indent + 4);
                }
            }
            case ValueShape.Choice choice -> {
                line(indent, name + (fallback.isPresent() ? " " + fallback.get() : ""), off);
                if (fallback.isEmpty()) {
                    body(choice, Optional.empty(), indent + 2);
                }
            }
        }
    }

    /** An element of a list, commented out; its first line that is no comment takes the dash. */
    private void item(RecordShape.Key key, ValueShape element, int indent) {
        int start = out.length();
        body(element, key.example(), indent + 2);
        int at = start;
        while (at < out.length()) {
            int text = at + 1 + indent + 2;
            if (text < out.length() && out.charAt(text) != '#') {
                out.setCharAt(at + 1 + indent, '-');
                return;
            }
            at = out.indexOf("\n", at) + 1;
        }
    }

    private void body(ValueShape shape, Optional<String> example, int indent) {
        switch (shape) {
            case ValueShape.Nested nested -> record(nested.shape(), Map.of(), indent, true);
            case ValueShape.Choice choice -> {
                Map.Entry<String, RecordShape> first =
                        choice.alternatives().entrySet().iterator().next();
                line(indent, ValueShape.Choice.KEY + ": " + first.getKey(), true);
                record(first.getValue(), Map.of(), indent, true);
            }
            default -> line(indent, example.orElse("{}"), true);
        }
    }

    private static String placeholder(ValueShape.Single single) {
        return single.type().values().isEmpty()
                ? "<" + single.type().noun() + ">"
                : single.type().values().getFirst();
    }

    /** The entries of a default that is a mapping, as text, to show where they hold. */
    static Map<String, String> children(String yaml) {
        Map<String, String> found = new LinkedHashMap<>();
        try {
            if (YamlText.compose("default", yaml).orElse(null) instanceof MappingNode mapping) {
                for (NodeTuple tuple : mapping.getValue()) {
                    if (tuple.getKeyNode() instanceof ScalarNode key
                            && tuple.getValueNode() instanceof ScalarNode value) {
                        found.put(key.getValue(), ConfigPrinter.quoteUnlessPlain(value.getValue()));
                    }
                }
            }
        } catch (YamlFault fault) {
            throw new IllegalStateException("@Default(\"" + yaml + "\")", fault);
        }
        return found;
    }

    private void line(int indent, String text, boolean off) {
        out.append(off ? "#" : "").append(" ".repeat(indent)).append(text).append('\n');
    }
}
