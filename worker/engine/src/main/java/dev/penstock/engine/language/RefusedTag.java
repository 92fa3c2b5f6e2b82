package dev.penstock.engine.language;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.TagNode;

/** A tag that a chat template may not use, since it reads other files. */
record RefusedTag(String name) implements Tag {
    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getEndTagName() {
        return "";
    }

    @Override
    public String interpret(TagNode node, JinjavaInterpreter interpreter) {
        throw new InterpretException("{% " + name + " %} is not allowed in a chat template");
    }
}
