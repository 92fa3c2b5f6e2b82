package dev.penstock.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Option;

/** Settings that have no option of their own, as a configuration would write them. */
final class SettingOptions {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Option(
            names = "--set",
            paramLabel = "NAME=YAML",
            description = {
                "A setting as a configuration would write it, as often as need be:",
                "'limits=[{requests: 600, per: 1m}]'. Nothing behind = takes it away."
            })
    private List<String> settings = new ArrayList<>();

    /** Puts them into a document. */
    void into(ObjectNode document) {
        for (String setting : settings) {
            int at = setting.indexOf('=');
            if (at <= 0) {
                throw CommandFailedException.usage(
                        "--set: " + setting + " (expected: NAME=YAML, such as criticality=critical)");
            }
            document.set(setting.substring(0, at).strip(), MAPPER.valueToTree(yaml(setting.substring(at + 1))));
        }
    }

    private static Object yaml(String text) {
        if (text.isBlank()) {
            return MAPPER.nullNode();
        }
        try {
            return new Load(LoadSettings.builder().build()).loadFromString(text);
        } catch (YamlEngineException malformed) {
            throw CommandFailedException.usage("--set: " + text + " (expected: YAML, in one line)");
        }
    }
}
