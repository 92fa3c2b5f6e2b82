package dev.penstock.runtime.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a key may hold, read from the type of a record component. */
sealed interface ValueShape {

    /** What a user should write: {@code an integer from 0 to 65535}. */
    String expected();

    /** A single value. */
    record Single(ScalarType type, Bounds bounds) implements ValueShape {
        @Override
        public String expected() {
            return type.expected() + bounds.words();
        }
    }

    /** A list of values of one shape. */
    record Listing(ValueShape element) implements ValueShape {
        @Override
        public String expected() {
            return "a list, each " + element.expected();
        }
    }

    /** Names of the user's choice, each with a value of one shape. */
    record Mapping(ValueShape value) implements ValueShape {
        @Override
        public String expected() {
            return "a mapping of names, each to " + value.expected();
        }
    }

    /** A value that may be left out. */
    record Optionally(ValueShape value) implements ValueShape {
        @Override
        public String expected() {
            return value.expected();
        }
    }

    /** A record: a mapping of known keys. */
    record Nested(RecordShape shape) implements ValueShape {
        @Override
        public String expected() {
            return "a mapping with the keys " + String.join(", ", shape.keys());
        }
    }

    /** One of several records, told apart by the key {@code type}. */
    record Choice(Class<?> type, Map<String, RecordShape> alternatives) implements ValueShape {
        static final String KEY = "type";

        @Override
        public String expected() {
            return "a mapping with `type: ` one of " + String.join(", ", alternatives.keySet());
        }
    }

    /**
     * The shape of a component's type.
     *
     * @throws IllegalStateException when the binder has no such shape: a fault of the program
     */
    static ValueShape of(Type type, @Nullable Range range, List<Class<?>> enclosing) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new Listing(of(arguments[0], range, enclosing));
            } else if (generic.getRawType() == Optional.class) {
                return new Optionally(of(arguments[0], range, enclosing));
            } else if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                return new Mapping(of(arguments[1], range, enclosing));
            }
        }
        if (type instanceof Class<?> plain) {
            Optional<ScalarType> scalar = ScalarType.of(plain);
            if (scalar.isPresent()) {
                ScalarType found = scalar.get();
                return new Single(found, range == null ? Bounds.NONE : Bounds.of(range, found));
            } else if (plain.isRecord()) {
                return new Nested(RecordShape.of(plain, enclosing));
            } else if (plain.isSealed()) {
                return choice(plain, enclosing);
            }
        }
        throw new IllegalStateException(type + " cannot be configured (expected: a scalar type, a record, a sealed"
                + " interface of records, or an Optional, List or Map<String, ...> of one)");
    }

    private static ValueShape choice(Class<?> type, List<Class<?>> enclosing) {
        Map<String, RecordShape> alternatives = new LinkedHashMap<>();
        for (Class<?> alternative : new ArrayList<>(List.of(type.getPermittedSubclasses()))) {
            alternatives.put(RecordShape.kebab(alternative.getSimpleName()), RecordShape.of(alternative, enclosing));
        }
        return new Choice(type, alternatives);
    }
}
