package dev.penstock.engine.language;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import org.jspecify.annotations.Nullable;

/** {@code trim} as Jinja has it: Python's {@code strip}, where Jinjava's knows the spaces of ASCII only. */
record TrimFilter() implements Filter {
    @Override
    public String getName() {
        return "trim";
    }

    @Override
    public Object filter(@Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
        // What is not defined is empty.
        return value == null
                ? ""
                : PythonText.strip(value.toString(), arguments.length > 0 ? arguments[0] : null, true, true);
    }
}
