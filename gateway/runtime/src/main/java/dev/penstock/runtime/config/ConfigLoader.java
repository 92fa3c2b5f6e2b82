package dev.penstock.runtime.config;

import dev.penstock.runtime.config.ScalarType.Surroundings;
import dev.penstock.runtime.config.YamlText.YamlFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads one YAML file into a record, or says everything that is wrong with it.
 *
 * <p>A key is a component's name in kebab case. A component may be a text, {@code int}, {@code long}, {@code double},
 * {@code boolean}, {@link java.time.Duration}, {@link ByteSize}, {@link java.net.URI}, {@link Path} (relative to the
 * file), enum (kebab case), {@link Secret}, record, sealed interface of records (told apart by the key {@code type}),
 * or an {@link Optional}, {@link List} or {@code Map<String, ...>} of one. {@link Default}, {@link Range} and
 * {@link Doc} say the rest; a compact constructor may refuse values with an {@link IllegalArgumentException}, whose
 * message is reported on the line of the record, or of the key that the message begins with ({@code "port: ..."}).
 *
 * <p>A file may have 1 MiB, 32 levels and no alias of a collection; keys given twice or unknown are errors.
 */
public final class ConfigLoader {
    private final SecretResolver secrets;
    private final UnaryOperator<Optional<Node>> overlays;

    private ConfigLoader(SecretResolver secrets, UnaryOperator<Optional<Node>> overlays) {
        this.secrets = secrets;
        this.overlays = overlays;
    }

    /** A loader that looks secrets up in the process environment and the file system. */
    public static ConfigLoader system() {
        return with(SecretResolver.system());
    }

    /** A loader that looks secrets up where it is told. */
    public static ConfigLoader with(SecretResolver secrets) {
        return new ConfigLoader(secrets, UnaryOperator.identity());
    }

    /**
     * A loader that takes these values rather than the file's: what a command line says.
     *
     * @param yaml a mapping, merged key by key: {@code "listener: {port: 8000}"}
     * @throws IllegalArgumentException when it is no mapping
     */
    public ConfigLoader over(String yaml) {
        MappingNode values = YamlOverlay.tree(yaml);
        return new ConfigLoader(
                secrets, document -> overlay(overlays.apply(document), values, file -> YamlOverlay.over(values, file)));
    }

    /**
     * A loader that takes these values where the file has none: defaults of one command.
     *
     * @param yaml a mapping, merged key by key
     * @throws IllegalArgumentException when it is no mapping
     */
    public ConfigLoader under(String yaml) {
        MappingNode values = YamlOverlay.tree(yaml);
        return new ConfigLoader(
                secrets,
                document -> overlay(overlays.apply(document), values, file -> YamlOverlay.under(values, file)));
    }

    /** A document that is no mapping is left alone: it is refused as it is. */
    private static Optional<Node> overlay(
            Optional<Node> document, MappingNode values, Function<MappingNode, Node> merge) {
        if (document.isEmpty() || document.get().getTag().equals(Tag.NULL)) {
            return Optional.of(values);
        }
        return document.get() instanceof MappingNode file ? Optional.of(merge.apply(file)) : document;
    }

    /** Reads a file. A file that cannot be read is one error, without a line. */
    public <R extends Record> ConfigResult<R> load(Path file, Class<R> type) {
        String name = file.toString();
        try {
            if (Files.size(file) > 4L * YamlText.MAX_CHARACTERS) {
                return rejected(name, "too large (expected: at most " + 4 * YamlText.MAX_CHARACTERS + " bytes)");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            Path directory =
                    Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
            return bind(name, Optional.of(file), text, directory, type);
        } catch (NoSuchFileException absent) {
            return rejected(name, "no such file");
        } catch (CharacterCodingException broken) {
            return rejected(name, "not UTF-8");
        } catch (IOException unreadable) {
            return rejected(name, "cannot be read: " + unreadable.getMessage());
        }
    }

    /**
     * Reads text that is in no file.
     *
     * @param name how errors call it
     * @param text the YAML
     * @param directory what relative paths start from
     */
    public <R extends Record> ConfigResult<R> parse(String name, String text, Path directory, Class<R> type) {
        return bind(name, Optional.empty(), text, directory, type);
    }

    /**
     * The configuration that an empty file means.
     *
     * @throws IllegalArgumentException when a key of the record has no default
     */
    public static <R extends Record> R defaults(Class<R> type) {
        return with(SecretResolver.of(Map.of()))
                .parse("defaults", "", Path.of(""), type)
                .orThrow();
    }

    private <R extends Record> ConfigResult<R> bind(
            String name, Optional<Path> file, String text, Path directory, Class<R> type) {
        Set<Path> references = new HashSet<>();
        RecordBinder binder = new RecordBinder(name, new Surroundings(directory, secrets, references));
        try {
            Object value = binder.bindRoot(RecordShape.of(type), overlays.apply(YamlText.compose(name, text)));
            if (!binder.errors().isEmpty() || value == null) {
                return new ConfigResult.Rejected<>(inOrder(binder.errors()));
            }
            return new ConfigResult.Loaded<>(type.cast(value), new ConfigSource(name, file, references));
        } catch (YamlFault fault) {
            return new ConfigResult.Rejected<>(List.of(fault.in(name)));
        }
    }

    private static List<ConfigError> inOrder(List<ConfigError> errors) {
        return errors.stream()
                .sorted(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column))
                .toList();
    }

    private static <R extends Record> ConfigResult<R> rejected(String name, String message) {
        return new ConfigResult.Rejected<>(List.of(new ConfigError(name, 0, 0, "", message)));
    }
}
