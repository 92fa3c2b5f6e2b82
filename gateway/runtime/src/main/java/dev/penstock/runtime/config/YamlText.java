package dev.penstock.runtime.config;

import java.util.Iterator;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** YAML text into a tree of nodes with their positions, within bounds. */
final class YamlText {
    static final int MAX_CHARACTERS = 1 << 20;
    static final int MAX_DEPTH = 32;
    private static final int MAX_EVENTS = 200_000;

    private YamlText() {}

    /**
     * The one document of a text; empty when it holds none.
     *
     * @throws YamlFault when the text is no YAML or beyond the bounds
     */
    static Optional<Node> compose(String name, String text) throws YamlFault {
        if (text.length() > MAX_CHARACTERS) {
            throw new YamlFault(0, 0, "too long (expected: at most " + MAX_CHARACTERS + " characters)");
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setUseMarks(true)
                .setCodePointLimit(MAX_CHARACTERS)
                .setMaxAliasesForCollections(0)
                .build();
        try {
            refuseDepth(settings, text);
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException broken) {
            Optional<Mark> mark = broken.getProblemMark();
            throw new YamlFault(
                    mark.map(at -> at.getLine() + 1).orElse(0),
                    mark.map(at -> at.getColumn() + 1).orElse(0),
                    "not YAML: " + broken.getProblem());
        } catch (YamlEngineException broken) {
            String problem = String.valueOf(broken.getMessage());
            throw new YamlFault(0, 0, problem.contains("aliases") ? ALIASES : "not YAML: " + problem);
        }
    }

    private static final String ALIASES = "an alias of a mapping or list (expected: the values written out)";

    /** The composer recurses and the parser does not, so depth is counted on the parser's events first. */
    private static void refuseDepth(LoadSettings settings, String text) throws YamlFault {
        int depth = 0;
        int count = 0;
        for (Iterator<Event> events = new Parse(settings).parseString(text).iterator(); events.hasNext(); ) {
            Event event = events.next();
            depth += switch (event.getEventId()) {
                case MappingStart, SequenceStart -> 1;
                case MappingEnd, SequenceEnd -> -1;
                default -> 0;
            };
            if (depth > MAX_DEPTH || ++count > MAX_EVENTS) {
                Optional<Mark> mark = event.getStartMark();
                throw new YamlFault(
                        mark.map(at -> at.getLine() + 1).orElse(0),
                        mark.map(at -> at.getColumn() + 1).orElse(0),
                        depth > MAX_DEPTH
                                ? "nested too deeply (expected: at most " + MAX_DEPTH + " levels)"
                                : "too many values (expected: at most " + MAX_EVENTS + ")");
            }
        }
    }

    /** Why a text is no usable YAML. */
    static final class YamlFault extends Exception {
        private static final long serialVersionUID = 1;
        private final int line;
        private final int column;
        private final String problem;

        YamlFault(int line, int column, String problem) {
            super(problem);
            this.line = line;
            this.column = column;
            this.problem = problem;
        }

        ConfigError in(String file) {
            return new ConfigError(file, line, column, "", problem);
        }
    }
}
