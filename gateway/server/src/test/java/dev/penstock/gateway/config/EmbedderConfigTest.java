package dev.penstock.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.SecretResolver;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbedderConfigTest {
    private static ConfigResult<EmbedderConfig> parse(String yaml) {
        return ConfigLoader.with(SecretResolver.of(Map.of("KEY", "canary", "TORN", "can\nary")))
                .parse("gateway.yaml", yaml, Path.of("/etc/penstock"), EmbedderConfig.class);
    }

    private static void assertRefused(String expected, String yaml) {
        if (parse(yaml) instanceof ConfigResult.Rejected<EmbedderConfig> rejected) {
            assertTrue(rejected.message().contains(expected), rejected.message());
            assertFalse(rejected.message().contains("canary"), rejected.message());
        } else {
            throw new AssertionError("accepted (expected: refused)\n" + yaml);
        }
    }

    @Test
    void withoutAnythingItIsTheBundledModel() {
        assertEquals(
                new EmbedderConfig(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                parse("{}").orThrow());
        assertEquals(Optional.empty(), parse("{}").orThrow().endpoint());
    }

    @Test
    void aDirectoryOrAServerCanBeNamed() {
        assertEquals(
                Optional.of(Path.of("/etc/penstock/models/bge")),
                parse("model: models/bge").orThrow().model());
        EmbedderConfig server = parse(
                        "{url: \"https://tei.local:8443/a/v1/\", name: BAAI/bge, key: \"env:KEY\", tls: {trust: ca.pem}}")
                .orThrow();
        assertEquals(Optional.of(URI.create("https://tei.local:8443/a")), server.endpoint());
        assertEquals(Optional.of("BAAI/bge"), server.name());
        assertEquals("canary", server.key().orElseThrow().reveal());
        assertFalse(server.toString().contains("canary"), server.toString());
        assertEquals(
                Optional.of(URI.create("http://10.0.0.9:80")),
                parse("{url: \"http://10.0.0.9:80\", name: m}").orThrow().endpoint());
    }

    @Test
    void whatDoesNotHoldTogetherIsRefused() {
        assertRefused("model: given with a `url` (expected: one of them)", "{model: m, url: \"http://h\", name: n}");
        assertRefused("name: none (expected: what the model is called at the `url`)", "url: \"http://h\"");
        assertRefused("name: given without a `url`", "{model: m, name: n}");
        assertRefused("key: given without a `url`", "key: \"env:KEY\"");
        assertRefused("tls: given without a `url`", "tls: {}");
        assertRefused("tls: given for http://h (expected: an https URL)", "{url: \"http://h\", name: n, tls: {}}");
        assertRefused("url: ftp://h (expected: an http or https URL)", "{url: \"ftp://h\", name: n}");
        assertRefused("url: http:/path (expected: a URL such as", "{url: \"http:/path\", name: n}");
        assertRefused("url: http://h?a=b (expected: no query and no fragment)", "{url: \"http://h?a=b\", name: n}");
        assertRefused("url: a URL with credentials", "{url: \"http://me:canary@h\", name: n}");
        assertRefused("key: env:TORN is not fit for a header", "{url: \"http://h\", name: n, key: \"env:TORN\"}");
        assertRefused("name: ", "{url: \"http://h\", name: \"\"}");
    }
}
