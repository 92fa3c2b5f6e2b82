package dev.penstock.runtime.config;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A record as a mapping of keys. */
record RecordShape(Class<?> type, String doc, List<Key> components) {

    /**
     * One component of a record.
     *
     * @param name the key, in kebab case
     * @param component the component
     * @param shape what it may hold
     * @param fallback the default as YAML
     * @param example an example as YAML
     * @param doc what it is for
     */
    record Key(
            String name,
            RecordComponent component,
            ValueShape shape,
            Optional<String> fallback,
            Optional<String> example,
            String doc) {

        Object valueIn(Object owner) {
            try {
                component.getAccessor().setAccessible(true);
                return component.getAccessor().invoke(owner);
            } catch (IllegalAccessException | InvocationTargetException impossible) {
                throw new IllegalStateException("reading " + component, impossible);
            }
        }

        /** Whether the file may leave the key out. */
        boolean optional() {
            return fallback.isPresent()
                    || shape instanceof ValueShape.Optionally
                    || shape instanceof ValueShape.Listing
                    || shape instanceof ValueShape.Mapping;
        }
    }

    static RecordShape of(Class<?> type) {
        return of(type, List.of());
    }

    static RecordShape of(Class<?> type, List<Class<?>> enclosing) {
        if (!type.isRecord()) {
            throw new IllegalStateException(type + " (expected: a record)");
        }
        if (enclosing.contains(type)) {
            throw new IllegalStateException(type + " contains itself (expected: a configuration of bounded depth)");
        }
        List<Class<?>> path = new ArrayList<>(enclosing);
        path.add(type);
        List<Key> keys = Arrays.stream(type.getRecordComponents())
                .map(component -> key(component, path))
                .toList();
        return new RecordShape(type, docOf(type), keys);
    }

    private static Key key(RecordComponent component, List<Class<?>> path) {
        ValueShape shape = ValueShape.of(component.getGenericType(), component.getAnnotation(Range.class), path);
        return new Key(
                kebab(component.getName()),
                component,
                shape,
                Optional.ofNullable(component.getAnnotation(Default.class)).map(Default::value),
                Optional.ofNullable(component.getAnnotation(Example.class)).map(Example::value),
                docOf(component));
    }

    private static String docOf(AnnotatedElement element) {
        Doc doc = element.getAnnotation(Doc.class);
        return doc == null ? "" : doc.value().strip();
    }

    /** {@code maxBodySize} as {@code max-body-size}; an acronym stays together. */
    static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replaceAll("([A-Z]+)([A-Z][a-z])", "$1-$2")
                .toLowerCase(Locale.ROOT);
    }

    List<String> keys() {
        return components.stream().map(Key::name).toList();
    }

    Optional<Key> key(String name) {
        return components.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /**
     * Calls the canonical constructor.
     *
     * @throws IllegalArgumentException what the compact constructor objects to
     */
    Object construct(Object[] values) {
        Class<?>[] types =
                components.stream().map(key -> key.component().getType()).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof IllegalArgumentException objection) {
                throw objection;
            }
            throw new IllegalStateException("constructing " + type, thrown.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("constructing " + type, impossible);
        }
    }
}
