package dev.penstock.runtime.config;

import dev.penstock.runtime.config.ScalarType.Surroundings;
import dev.penstock.runtime.config.YamlText.YamlFault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Binds one tree of nodes to one tree of records, and collects what is wrong.
 *
 * <p>Every method that binds returns null where it has reported an error: the caller goes on to find the next one, and
 * a record with a failed component is not constructed.
 */
final class RecordBinder {
    private static final String MERGE = "<<";
    private static final Set<String> NULLS = Set.of("", "~", "null");

    private final String file;
    private final Surroundings surroundings;
    private final List<ConfigError> errors = new ArrayList<>();

    RecordBinder(String file, Surroundings surroundings) {
        this.file = file;
        this.surroundings = surroundings;
    }

    List<ConfigError> errors() {
        return List.copyOf(errors);
    }

    /** Where a value is: its key, and its line and column, which for a default are those of what lacks it. */
    private record Place(String path, int line, int column) {
        Place key(String name, int atLine, int atColumn) {
            return new Place(path.isEmpty() ? name : path + "." + name, atLine, atColumn);
        }

        Place key(String name) {
            return key(name, line, column);
        }

        Place item(int index, Node node, boolean inFile) {
            Place at = inFile ? at(node) : this;
            return new Place(path + "[" + index + "]", at.line, at.column);
        }

        /** Errors within a value are reported on the value's own line. */
        Place at(Node node) {
            Optional<Mark> mark = node.getStartMark();
            return new Place(
                    path,
                    mark.map(start -> start.getLine() + 1).orElse(line),
                    mark.map(start -> start.getColumn() + 1).orElse(column));
        }
    }

    /**
     * A value to bind.
     *
     * @param node the value
     * @param place where to report
     * @param keyPlace where its key is
     * @param inFile whether the node is in the file, and not a default
     * @param beneath for a record: the keys that hold where the node names none
     */
    private record Given(Node node, Place place, Place keyPlace, boolean inFile, Map<String, Node> beneath) {
        Given(Node node, Place place, boolean inFile) {
            this(node, place, place, inFile, Map.of());
        }
    }

    /** Binds the root; a missing document is an empty mapping. */
    @Nullable
    Object bindRoot(RecordShape shape, Optional<Node> document) {
        Node root = document.filter(node -> !isNull(node)).orElseGet(() -> defaultNode("{}"));
        boolean inFile = document.filter(root::equals).isPresent();
        return bindRecord(shape, new Given(root, new Place("", 1, 1), inFile), Optional.empty());
    }

    private @Nullable Object bind(ValueShape shape, Given given) {
        return switch (shape) {
            case ValueShape.Single single -> bindSingle(single, given);
            case ValueShape.Listing listing -> bindList(listing, given);
            case ValueShape.Mapping mapping -> bindMap(mapping, given);
            case ValueShape.Optionally optionally -> {
                Object value = bind(optionally.value(), given);
                yield value == null ? null : Optional.of(value);
            }
            case ValueShape.Nested nested -> bindRecord(nested.shape(), given, Optional.empty());
            case ValueShape.Choice choice -> bindChoice(choice, given);
        };
    }

    private @Nullable Object bindSingle(ValueShape.Single single, Given given) {
        if (!(given.node() instanceof ScalarNode scalar)) {
            return error(given.place(), kind(given.node()) + " (expected: " + single.expected() + ")");
        }
        try {
            Object value = single.type().parser().parse(scalar.getValue(), surroundings);
            if (!single.bounds().admits(value)) {
                return error(given.place(), scalar.getValue() + " (expected: " + single.expected() + ")");
            }
            return value;
        } catch (IllegalArgumentException refused) {
            return error(given.place(), message(single, refused));
        }
    }

    /** A parser says what type it expected; the bounds of the key belong there too. */
    private static String message(ValueShape.Single single, IllegalArgumentException refused) {
        String message = String.valueOf(refused.getMessage());
        String typeOnly = "(expected: " + single.type().expected() + ")";
        return message.replace(typeOnly, "(expected: " + single.expected() + ")");
    }

    private @Nullable Object bindList(ValueShape.Listing listing, Given given) {
        if (!(given.node() instanceof SequenceNode sequence)) {
            return error(given.place(), kind(given.node()) + " (expected: " + listing.expected() + ")");
        }
        List<Object> values = new ArrayList<>();
        int index = 0;
        for (Node node : sequence.getValue()) {
            Place place = given.place().item(index++, node, given.inFile());
            Object value = bind(listing.element(), new Given(node, place, given.inFile()));
            if (value != null) {
                values.add(value);
            }
        }
        return values.size() == index ? List.copyOf(values) : null;
    }

    private @Nullable Object bindMap(ValueShape.Mapping mapping, Given given) {
        if (!(given.node() instanceof MappingNode node)) {
            return error(given.place(), kind(given.node()) + " (expected: " + mapping.expected() + ")");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Given> entries = entries(node, given);
        for (Map.Entry<String, Given> entry : entries.entrySet()) {
            Object value = bind(mapping.value(), entry.getValue());
            if (value != null) {
                values.put(entry.getKey(), value);
            }
        }
        boolean whole = values.size() == node.getValue().size();
        return whole ? Collections.unmodifiableMap(values) : null;
    }

    private @Nullable Object bindChoice(ValueShape.Choice choice, Given given) {
        if (!(given.node() instanceof MappingNode node)) {
            return error(given.place(), kind(given.node()) + " (expected: " + choice.expected() + ")");
        }
        for (NodeTuple tuple : node.getValue()) {
            boolean isType = tuple.getKeyNode() instanceof ScalarNode key
                    && key.getValue().equals(ValueShape.Choice.KEY);
            if (isType && tuple.getValueNode() instanceof ScalarNode name) {
                RecordShape shape = choice.alternatives().get(name.getValue());
                if (shape != null) {
                    return bindRecord(shape, given, Optional.of(ValueShape.Choice.KEY));
                }
                Place place = given.place().key(ValueShape.Choice.KEY);
                return error(
                        given.inFile() ? place.at(name) : place,
                        name.getValue() + " (expected: one of "
                                + String.join(", ", choice.alternatives().keySet()) + ")");
            }
        }
        return error(
                given.place().key(ValueShape.Choice.KEY),
                "missing (expected: one of "
                        + String.join(", ", choice.alternatives().keySet()) + ")");
    }

    private @Nullable Object bindRecord(RecordShape shape, Given given, Optional<String> besides) {
        if (!(given.node() instanceof MappingNode node)) {
            return error(
                    given.place(), kind(given.node()) + " (expected: " + new ValueShape.Nested(shape).expected() + ")");
        }
        Map<String, Given> entries = entries(node, given);
        entries.forEach((name, value) -> {
            if (shape.key(name).isEmpty() && besides.filter(name::equals).isEmpty()) {
                unknown(name, shape.keys(), value.keyPlace());
            }
        });
        Object[] values = new Object[shape.components().size()];
        boolean whole = true;
        for (int i = 0; i < values.length; i++) {
            Object value = bindKey(shape.components().get(i), entries, given);
            whole &= value != null;
            values[i] = value == null ? MISSING : value;
        }
        return whole ? construct(shape, values, entries, given) : null;
    }

    private static final Object MISSING = new Object();

    private @Nullable Object bindKey(RecordShape.Key key, Map<String, Given> entries, Given owner) {
        Given given = entries.get(key.name());
        Optional<Node> above = Optional.ofNullable(owner.beneath().get(key.name()));
        Optional<Node> fallback = above.or(() -> key.fallback().map(RecordBinder::defaultNode));
        if (given != null && !isNull(given.node())) {
            Map<String, Node> beneath = fallback.map(RecordBinder::children).orElse(Map.of());
            return bind(key.shape(), new Given(given.node(), given.place(), given.keyPlace(), given.inFile(), beneath));
        }
        Place place = given == null ? owner.place().key(key.name()) : given.place();
        if (fallback.isPresent()) {
            Map<String, Node> beneath = key.fallback()
                    .map(RecordBinder::defaultNode)
                    .map(RecordBinder::children)
                    .orElse(Map.of());
            return bind(key.shape(), new Given(fallback.get(), place, place, false, beneath));
        }
        return switch (key.shape()) {
            case ValueShape.Optionally optionally -> Optional.empty();
            case ValueShape.Listing listing -> List.of();
            case ValueShape.Mapping mapping -> Map.of();
            default -> error(place, "missing (expected: " + key.shape().expected() + ")");
        };
    }

    private @Nullable Object construct(RecordShape shape, Object[] values, Map<String, Given> entries, Given given) {
        try {
            return shape.construct(values);
        } catch (IllegalArgumentException objection) {
            String message = String.valueOf(objection.getMessage());
            for (RecordShape.Key key : shape.components()) {
                for (String name : List.of(key.name(), key.component().getName())) {
                    if (message.startsWith(name + ":")) {
                        Given named = entries.get(key.name());
                        Place place = named == null ? given.place().key(key.name()) : named.place();
                        return error(place, message.substring(name.length() + 1).strip());
                    }
                }
            }
            return error(given.place(), message);
        }
    }

    /** The entries of a mapping by name; keys that are not text and names given twice are reported. */
    private Map<String, Given> entries(MappingNode node, Given owner) {
        Map<String, Given> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Place keyPlace = owner.inFile() ? owner.place().at(tuple.getKeyNode()) : owner.place();
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                error(keyPlace, kind(tuple.getKeyNode()) + " as a key (expected: a name)");
                continue;
            }
            Place place = owner.place().key(key.getValue(), keyPlace.line(), keyPlace.column());
            if (entries.containsKey(key.getValue())) {
                error(
                        place,
                        "given twice (first on line "
                                + entries.get(key.getValue()).place().line() + ")");
                continue;
            }
            Node value = tuple.getValueNode();
            // A value on its key's line is reported there; a block below is reported at its key.
            boolean single = value instanceof ScalarNode && !isNull(value);
            Place valuePlace = owner.inFile() && single ? place.at(value) : place;
            entries.put(key.getValue(), new Given(value, valuePlace, place, owner.inFile(), Map.of()));
        }
        return entries;
    }

    private void unknown(String name, Collection<String> known, Place place) {
        String parent = place.path().substring(0, Math.max(0, place.path().length() - name.length() - 1));
        List<String> near = NearestName.of(name, known, 1);
        String hint;
        if (name.equals(MERGE)) {
            hint = "merge keys are not supported; write the values out";
        } else if (near.isEmpty()) {
            hint = "known keys: " + String.join(", ", known);
        } else {
            hint = "did you mean `" + near.getFirst() + "`?";
        }
        error(new Place(parent, place.line(), place.column()), "unknown key `" + name + "` (" + hint + ")");
    }

    private @Nullable Object error(Place place, String message) {
        errors.add(new ConfigError(file, place.line(), place.column(), place.path(), message));
        return null;
    }

    private static Node defaultNode(String yaml) {
        try {
            return YamlText.compose("default", yaml)
                    .orElseThrow(() -> new IllegalStateException("@Default is empty (expected: a value)"));
        } catch (YamlFault fault) {
            throw new IllegalStateException("@Default(\"" + yaml + "\")", fault);
        }
    }

    private static Map<String, Node> children(Node node) {
        Map<String, Node> children = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    children.put(key.getValue(), tuple.getValueNode());
                }
            }
        }
        return children;
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar && scalar.isPlain() && NULLS.contains(scalar.getValue());
    }

    private static String kind(Node node) {
        return switch (node) {
            case MappingNode mapping -> "a mapping";
            case SequenceNode sequence -> "a list";
            default -> isNull(node) ? "nothing" : "a single value";
        };
    }
}
