package dev.penstock.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.ListenerConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigDocsTest {
    private static final ConfigLoader LOADER = ConfigLoader.with(SecretResolver.of(Map.of("TOKEN", "sk-canary")));

    sealed interface Auth permits None, Bearer {}

    @Doc("No credentials.")
    record None() implements Auth {}

    @Doc("A bearer token.")
    record Bearer(@Doc("The token.") @Example("env:TOKEN") Secret token) implements Auth {}

    @Doc("A server.")
    record Server(
            @Doc("Where it is.") @Example("https://api.example.com/v1")
            URI url,

            @Doc("How we prove ourselves.") @Default("{type: none}")
            Auth auth,

            @Doc("Dollars for a million tokens.") @Range(min = "0")
            Map<String, Double> prices) {}

    record Root(
            @Doc("Where clients come in.") @Default("{}") ListenerConfig listener,
            @Doc("For operators.") @Default("{port: 9090}") ListenerConfig admin,
            @Doc("How we call others.") @Default("{}") ClientConfig client,
            @Doc("Other servers.") List<Server> upstreams,
            @Doc("Servers by name.") Map<String, Server> named,
            @Doc("A secret.") @Example("file:secret.txt") Optional<Secret> secret,
            @Doc("Words.") @Default("[a, b]") List<String> words,

            @Doc("A pause.") @Default("20s") @Range(min = "1s", max = "1m")
            Duration pause) {}

    private static Root bind(String yaml) {
        return LOADER.parse("example", yaml, Path.of("/etc"), Root.class).orThrow();
    }

    @Test
    void theExampleBindsToTheDefaults() {
        assertEquals(bind(""), bind(ConfigDocs.example(Root.class)));
    }

    @Test
    void whatTheExampleLeavesOutBindsWhenItsMarkIsRemoved(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("secret.txt"), "sk-canary");
        String all = ConfigDocs.example(Root.class)
                .replaceAll("(?m)^#((?:  )*)(?=[^ #])", "$1")
                .replaceAll("(?m)^#((?:  )+)(?=#)", "$1");
        Root root = LOADER.parse("example", all, directory, Root.class).orThrow();
        assertEquals(
                URI.create("https://api.example.com/v1"),
                root.upstreams().getFirst().url());
        assertTrue(root.listener().tls().isPresent());
        assertTrue(root.secret().isPresent());
        assertEquals(java.util.Set.of("NAME"), root.named().keySet());
    }

    private static final class First {
        @Doc("What one file limits.")
        record LimitsConfig(@Default("1") int one) {}

        record FirstConfig(@Default("{}") First.LimitsConfig limits) {}
    }

    private static final class Second {
        @Doc("What another file limits.")
        record LimitsConfig(@Default("2") int two) {}

        record SecondConfig(@Default("{}") Second.LimitsConfig limits) {}
    }

    @Test
    void recordsOfOneNameInTwoFilesAreToldApart() {
        String markdown = ConfigDocs.markdown(
                "Intro.",
                List.of(
                        new ConfigDocs.Root("One", "The one.", First.FirstConfig.class),
                        new ConfigDocs.Root("Two", "The other.", Second.SecondConfig.class)));
        for (String wanted : List.of(
                "| `limits` | [First limits](#first-limits) |",
                "| `limits` | [Second limits](#second-limits) |",
                "### First limits\n\nWhat one file limits.\n",
                "### Second limits\n\nWhat another file limits.\n")) {
            assertTrue(markdown.contains(wanted), () -> "missing " + wanted + " in\n" + markdown);
        }
    }

    @Test
    void theReferenceNamesEveryKeyItsDefaultAndRange() {
        String markdown =
                ConfigDocs.markdown("Intro.", List.of(new ConfigDocs.Root("Gateway", "The door.", Root.class)));
        for (String wanted : List.of(
                "| `admin` | [Listener](#listener) | `{port: 9090}` |  | For operators. |",
                "| `port` | integer | `8080` | 0 to 65535 | The port to bind; 0 takes a free one. |",
                "| `pause` | duration | `20s` | 1s to 1m | A pause. |",
                "| `url` | URL | **required** |  | Where it is. |",
                "| `client-auth` | choice | `none` | `none`, `optional`, `required` |",
                "| `upstreams` | list of [Server](#server) | none |  | Other servers. |",
                "| `auth` | `type: none` ([None](#none)) or `type: bearer` ([Bearer](#bearer)) |",
                "### Server\n\nA server.\n",
                "### Server tls\n",
                "#upstreams:\n",
                "#  - url: https://api.example.com/v1\n",
                "  port: 9090\n")) {
            assertTrue(markdown.contains(wanted), () -> "missing " + wanted + " in\n" + markdown);
        }
    }

    @Test
    void theSchemaSaysTheSame() throws Exception {
        JsonNode schema = new ObjectMapper().readTree(ConfigSchema.of("https://penstock.dev/gateway.json", Root.class));
        assertEquals(false, schema.at("/additionalProperties").asBoolean(true));
        JsonNode port = schema.at("/$defs/listener-config/properties/port");
        assertEquals("integer", port.at("/type").asText());
        assertEquals(8080, port.at("/default").asInt());
        assertEquals(65535, port.at("/maximum").asInt());
        assertEquals(
                "#/$defs/server", schema.at("/properties/upstreams/items/$ref").asText());
        assertEquals("url", schema.at("/$defs/server/required/0").asText());
        assertEquals(
                "bearer",
                schema.at("/$defs/server/properties/auth/oneOf/1/properties/type/const")
                        .asText());
    }

    @Test
    void whatIsInEffectIsPrintedSoThatItBindsAgainAndHoldsNoSecret() {
        Root root = bind("""
                listener: {host: "::1", tls: {certificate: "a b.pem", key: 'k#.pem'}}
                upstreams:
                  - {url: "http://h/v1", auth: {type: bearer, token: env:TOKEN}, prices: {"in: put": 1, "no": 2e-3}}
                  - {url: "http://h"}
                named: {"a.b": {url: "http://h"}, "1": {url: "http://h"}}
                secret: env:TOKEN
                words: ["yes", "1", "", " x ", "a: b", "#c", "\\u0000\\n\\"\\\\", "é", "*d", "- e", "~", "null", "[", "x,y"]
                """);
        String printed = ConfigPrinter.print(root);
        assertFalse(printed.contains("sk-canary"), printed);
        assertEquals(root, bind(printed), printed);
        assertEquals(bind(""), bind(ConfigPrinter.print(bind(""))));
    }

    /** Property: whatever the text, it is printed so that it is read as itself. */
    @Test
    void everyTextSurvivesPrinting() {
        record Words(List<String> words) {}
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "abY01 :#-[]{},&*!|>'\"%@`\\~?=\t\n\r\u0000\u0085\u00e9\u2028\ufeff.";
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Words words = new Words(List.of(text.toString()));
            String printed = ConfigPrinter.print(words);
            assertEquals(
                    words,
                    LOADER.parse("test", printed, Path.of(""), Words.class).orThrow(),
                    () -> "seed " + seed + ": " + printed);
        }
    }

    @Test
    void aGeneratedFileIsPinned(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("a.md"), "one\ntwo\n");
        assertEquals(Optional.empty(), GeneratedFile.difference(file, "one\ntwo\n"));
        String difference = GeneratedFile.difference(file, "one\n2\n").orElseThrow();
        assertTrue(difference.contains("a.md:2:") && difference.contains("-Dpenstock.docs.write=true"), difference);
    }
}
