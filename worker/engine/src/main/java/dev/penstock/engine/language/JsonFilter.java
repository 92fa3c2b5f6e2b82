package dev.penstock.engine.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as Python's {@code json.dumps(ensure_ascii=False)} writes it. */
final class JsonFilter implements Filter {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Separators PYTHON = Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEntrySpacing(Separators.Spacing.AFTER)
            .withArrayValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");

    @Override
    public String getName() {
        return "tojson";
    }

    @Override
    public Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
        return write(value, arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0);
    }

    @Override
    public Object filter(
            @Nullable Object value, JinjavaInterpreter interpreter, Object[] arguments, Map<String, Object> named) {
        Object indent = arguments.length > 0 ? arguments[0] : named.get("indent");
        return write(value, indent instanceof Number number ? number.intValue() : 0);
    }

    private static String write(@Nullable Object value, int indent) {
        ObjectWriter writer = JSON.writer(
                indent > 0
                        ? new Indented(Math.min(indent, 16))
                        : new DefaultPrettyPrinter(PYTHON)
                                .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
                                .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter()));
        try {
            return writer.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new InterpretException("tojson: " + e.getOriginalMessage(), e);
        }
    }

    private static final class Indented extends DefaultPrettyPrinter {
        Indented(int indent) {
            super(PYTHON.withObjectEntrySpacing(Separators.Spacing.NONE)
                    .withArrayValueSpacing(Separators.Spacing.NONE));
            DefaultIndenter indenter = new DefaultIndenter(" ".repeat(indent), "\n");
            indentObjectsWith(indenter);
            indentArraysWith(indenter);
        }

        private Indented(Indented other) {
            super(other);
        }

        @Override
        public DefaultPrettyPrinter createInstance() {
            return new Indented(this);
        }
    }
}
