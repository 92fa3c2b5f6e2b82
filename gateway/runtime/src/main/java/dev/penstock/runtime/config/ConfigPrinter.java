package dev.penstock.runtime.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A configuration as YAML that the loader reads again: what is in effect, defaults filled in, secrets as references. */
public final class ConfigPrinter {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/.][A-Za-z0-9_./:@+-]*");
    private static final Pattern RESERVED = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n|\\.inf|\\.nan|.*:");

    private final StringBuilder out = new StringBuilder();

    private ConfigPrinter() {}

    /** The record as YAML; no secret is in it. */
    public static String print(Record value) {
        ConfigPrinter printer = new ConfigPrinter();
        printer.record(RecordShape.of(value.getClass()), value, 0, Optional.empty());
        return printer.out.isEmpty() ? "{}\n" : printer.out.toString();
    }

    private void record(RecordShape shape, Object value, int indent, Optional<String> choice) {
        choice.ifPresent(name -> line(indent, ValueShape.Choice.KEY + ": " + name));
        for (RecordShape.Key key : shape.components()) {
            entry(key.name(), key.shape(), key.valueIn(value), indent);
        }
    }

    private void entry(String name, ValueShape shape, Object value, int indent) {
        if (value instanceof Optional<?> optional && shape instanceof ValueShape.Optionally inner) {
            optional.ifPresent(present -> entry(name, inner.value(), present, indent));
            return;
        }
        Optional<String> inline = inline(shape, value);
        if (inline.isPresent()) {
            line(indent, name + ": " + inline.get());
        } else {
            line(indent, name + ":");
            block(shape, value, indent + 2);
        }
    }

    private void block(ValueShape shape, Object value, int indent) {
        switch (shape) {
            case ValueShape.Listing listing -> {
                for (Object element : (List<?>) value) {
                    item(listing.element(), element, indent);
                }
            }
            case ValueShape.Mapping mapping ->
                ((Map<?, ?>) value)
                        .forEach((name, element) ->
                                entry(quote(String.valueOf(name)), mapping.value(), element, indent));
            case ValueShape.Nested nested -> record(nested.shape(), value, indent, Optional.empty());
            case ValueShape.Choice choice -> {
                String name = RecordShape.kebab(value.getClass().getSimpleName());
                record(RecordShape.of(value.getClass()), value, indent, Optional.of(name));
            }
            default -> throw new IllegalStateException(shape + " is on one line");
        }
    }

    /** An element of a list: its first line takes the dash. */
    private void item(ValueShape shape, Object value, int indent) {
        Optional<String> inline = inline(shape, value);
        if (inline.isPresent()) {
            line(indent, "- " + inline.get());
            return;
        }
        int start = out.length();
        block(shape, value, indent + 2);
        if (out.length() > start) {
            out.setCharAt(start + indent, '-');
        }
    }

    /** What fits on the key's line: single values, lists of them, and what is empty. */
    private static Optional<String> inline(ValueShape shape, Object value) {
        return switch (shape) {
            case ValueShape.Single single -> Optional.of(text(single.type(), value));
            case ValueShape.Listing listing
            when listing.element() instanceof ValueShape.Single single -> {
                List<String> elements = new ArrayList<>();
                ((List<?>) value).forEach(element -> elements.add(text(single.type(), element)));
                yield Optional.of("[" + String.join(", ", elements) + "]");
            }
            case ValueShape.Listing listing when ((List<?>) value).isEmpty() -> Optional.of("[]");
            case ValueShape.Mapping mapping when ((Map<?, ?>) value).isEmpty() -> Optional.of("{}");
            case ValueShape.Nested nested when isEmpty(nested.shape(), value) -> Optional.of("{}");
            default -> Optional.empty();
        };
    }

    private static boolean isEmpty(RecordShape shape, Object value) {
        return shape.components().stream()
                .allMatch(key -> key.valueIn(value) instanceof Optional<?> optional && optional.isEmpty());
    }

    private static String text(ScalarType type, Object value) {
        String text = type.printer().apply(value);
        return type.quoted() ? quote(text) : text;
    }

    /** A default's value as it was written: numbers and sizes stay bare. */
    static String quoteUnlessPlain(String text) {
        return text.matches("[A-Za-z0-9.]+") ? text : quote(text);
    }

    /** Quotes a text that YAML would not read as the same text, inside or outside brackets. */
    static String quote(String text) {
        if (PLAIN.matcher(text).matches() && !RESERVED.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.append((char) c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private void line(int indent, String text) {
        out.append(" ".repeat(indent)).append(text).append('\n');
    }
}
