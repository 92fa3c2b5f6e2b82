package dev.penstock.runtime.config;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How one type of single value is read and written.
 *
 * @param noun what it is, for the reference: {@code integer}
 * @param expected what a wrong value should have been: {@code an integer}
 * @param jsonType the type in JSON Schema
 * @param quoted whether the value is text, so quoted where YAML would read something else
 * @param values the values it may have, when they are few
 * @param parser reads the text of a value, throws IllegalArgumentException with a message for the user
 * @param printer writes a value so that the parser reads it
 */
record ScalarType(
        String noun,
        String expected,
        String jsonType,
        boolean quoted,
        List<String> values,
        Parser parser,
        Function<Object, String> printer) {

    /** Reads the text of one value. */
    @FunctionalInterface
    interface Parser {
        Object parse(String text, Surroundings surroundings);
    }

    /**
     * What a value may refer to.
     *
     * @param directory what relative paths start from
     * @param secrets where secrets are looked up
     * @param references takes the files that values name
     */
    record Surroundings(Path directory, SecretResolver secrets, Set<Path> references) {
        Path resolve(String text) {
            return directory.resolve(text).normalize();
        }
    }

    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,19}");
    private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    static final ScalarType STRING = text("text", "a text", (text, at) -> text);
    static final ScalarType INT = number("integer", "an integer", "integer", text -> {
        long value = parseLong(text);
        if (value != (int) value) {
            throw new NumberFormatException(text);
        }
        return (int) value;
    });
    static final ScalarType LONG = number("integer", "an integer", "integer", ScalarType::parseLong);
    static final ScalarType DOUBLE = number("number", "a number", "number", text -> new BigDecimal(text).doubleValue());
    static final ScalarType BOOLEAN = new ScalarType(
            "boolean",
            "true or false",
            "boolean",
            false,
            List.of("true", "false"),
            (text, at) -> switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw wrong(text, "true or false");
            },
            Object::toString);
    static final ScalarType DURATION = new ScalarType(
            "duration",
            "a duration such as 250ms, 20s or 5m",
            "string",
            false,
            List.of(),
            (text, at) -> Durations.parse(text),
            value -> Durations.format((Duration) value));
    static final ScalarType BYTE_SIZE = new ScalarType(
            "size",
            "a size such as 64KiB or 16MiB",
            "string",
            false,
            List.of(),
            (text, at) -> ByteSize.parse(text),
            Object::toString);
    static final ScalarType URL = text("URL", "a URL such as https://host:443/v1", (text, at) -> parseUri(text));
    static final ScalarType PATH = text("path", "a path", ScalarType::parsePath);
    static final ScalarType SECRET = new ScalarType(
            "secret reference",
            "env:NAME or file:path",
            "string",
            true,
            List.of(),
            ScalarType::parseSecret,
            value -> ((Secret) value).reference());

    /** The type of a class, when a single value can be one. */
    static Optional<ScalarType> of(Class<?> type) {
        if (type.isEnum()) {
            return Optional.of(enumeration(type));
        }
        if (type == String.class) {
            return Optional.of(STRING);
        } else if (type == int.class || type == Integer.class) {
            return Optional.of(INT);
        } else if (type == long.class || type == Long.class) {
            return Optional.of(LONG);
        } else if (type == double.class || type == Double.class) {
            return Optional.of(DOUBLE);
        } else if (type == boolean.class || type == Boolean.class) {
            return Optional.of(BOOLEAN);
        } else if (type == Duration.class) {
            return Optional.of(DURATION);
        } else if (type == ByteSize.class) {
            return Optional.of(BYTE_SIZE);
        } else if (type == URI.class) {
            return Optional.of(URL);
        } else if (type == Path.class) {
            return Optional.of(PATH);
        }
        return type == Secret.class ? Optional.of(SECRET) : Optional.empty();
    }

    private static ScalarType text(String noun, String expected, Parser parser) {
        return new ScalarType(noun, expected, "string", true, List.of(), parser, Object::toString);
    }

    private static ScalarType number(String noun, String expected, String json, Function<String, Object> parser) {
        Parser checked = (text, at) -> {
            try {
                return parser.apply(text);
            } catch (NumberFormatException notOne) {
                throw new IllegalArgumentException(text + " (expected: " + expected + ")", notOne);
            }
        };
        return new ScalarType(noun, expected, json, false, List.of(), checked, Object::toString);
    }

    private static ScalarType enumeration(Class<?> type) {
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(ScalarType::enumName).toList();
        String expected = names.stream().collect(Collectors.joining(", ", "one of ", ""));
        Parser parser = (text, at) -> {
            int index = names.indexOf(text);
            if (index < 0) {
                throw wrong(text, expected);
            }
            return type.getEnumConstants()[index];
        };
        return new ScalarType("choice", expected, "string", true, names, parser, ScalarType::enumName);
    }

    private static String enumName(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long parseLong(String text) {
        if (!INTEGER.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
        return Long.parseLong(text);
    }

    private static URI parseUri(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException broken) {
            // No cause: its message holds the text, and the text may hold a password.
            throw new IllegalArgumentException("not a URL (expected: " + URL.expected() + ")");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("a URL with credentials (expected: a URL without; name the secret by"
                    + " env:NAME or file:path where the configuration takes one)");
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw wrong(text, URL.expected());
        }
        return uri;
    }

    private static Path parsePath(String text, Surroundings at) {
        try {
            Path path = at.resolve(text);
            at.references().add(path);
            return path;
        } catch (InvalidPathException invalid) {
            throw new IllegalArgumentException(text + " (expected: a path)", invalid);
        }
    }

    /** No message of this method may hold a text that could be the secret itself. */
    private static Secret parseSecret(String text, Surroundings at) {
        if (text.startsWith("env:")
                && ENVIRONMENT_NAME.matcher(text.substring(4)).matches()) {
            String value = at.secrets()
                    .environment(text.substring(4))
                    .orElseThrow(() -> new IllegalArgumentException(
                            text + " is not set (expected: the environment variable to hold the secret)"));
            return Secret.of(text, value);
        }
        if (text.startsWith("file:") && text.length() > 5) {
            Path path = parsePath(text.substring(5), at);
            try {
                return Secret.of(text, at.secrets().file(path));
            } catch (IOException unreadable) {
                throw new IllegalArgumentException(
                        text + " cannot be read (expected: a readable file of at most " + SecretResolver.MAX_FILE_BYTES
                                + " bytes at " + path + ")",
                        unreadable);
            }
        }
        throw new IllegalArgumentException("a literal value (expected: a reference, env:NAME or file:path)");
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException(text + " (expected: " + expected + ")");
    }
}
