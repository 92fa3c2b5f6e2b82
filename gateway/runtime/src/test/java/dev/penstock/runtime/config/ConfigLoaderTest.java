package dev.penstock.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    private static final String CANARY = "sk-canary-0123456789";
    private static final ConfigLoader LOADER = ConfigLoader.with(SecretResolver.of(Map.of("TOKEN", CANARY)));

    enum Policy {
        TWO_CHOICES,
        ROUND_ROBIN
    }

    record Door(
            @Default("127.0.0.1") String host,

            @Default("8080") @Range(min = "0", max = "65535")
            int port,

            @Default("10s") @Range(min = "1ms", max = "1m") Duration timeout) {}

    sealed interface Auth permits NoAuth, BearerToken {}

    record NoAuth() implements Auth {}

    record BearerToken(Secret token) implements Auth {}

    record Upstream(URI url, @Default("{type: no-auth}") Auth auth, Optional<Path> ca, Map<String, Double> prices) {}

    record Root(
            @Default("{}") Door door,
            @Default("{port: 9090}") Door admin,
            @Default("two-choices") Policy policy,
            @Default("16MiB") @Range(max = "1GiB") ByteSize body,
            List<Upstream> upstreams,
            Map<String, Door> doors,
            Optional<Secret> secret,
            @Default("[1, 2]") @Range(min = "1") List<Integer> numbers,
            @Default("true") boolean on,
            @Default("0.5") double ratio,
            @Default("9007199254740993") long big) {
        Root {
            if (body.bytes() == 7) {
                throw new IllegalArgumentException("body: 7B (expected: another number)");
            }
            if (!on && ratio == 0.25) {
                throw new IllegalArgumentException("on and ratio do not go together");
            }
        }
    }

    private static ConfigResult<Root> parse(String yaml) {
        return LOADER.parse("test.yaml", yaml, Path.of("/etc/penstock"), Root.class);
    }

    private static List<String> errors(String yaml) {
        ConfigResult.Rejected<?> rejected = assertInstanceOf(ConfigResult.Rejected.class, parse(yaml));
        assertFalse(rejected.message().contains(CANARY), rejected.message());
        return rejected.errors().stream().map(ConfigError::toString).toList();
    }

    @Test
    void emptyFileMeansTheDefaults() {
        for (String empty : List.of("", "# nothing\n", "---\n", "~", "{}")) {
            Root root = parse(empty).orThrow();
            assertEquals(new Door("127.0.0.1", 8080, Duration.ofSeconds(10)), root.door());
            assertEquals(new Door("127.0.0.1", 9090, Duration.ofSeconds(10)), root.admin());
            assertEquals(Policy.TWO_CHOICES, root.policy());
            assertEquals(ByteSize.mebibytes(16), root.body());
            assertEquals(List.of(), root.upstreams());
            assertEquals(Map.of(), root.doors());
            assertEquals(Optional.empty(), root.secret());
            assertEquals(List.of(1, 2), root.numbers());
            assertEquals(9007199254740993L, root.big());
        }
    }

    @Test
    void everyTypeBinds() {
        Root root = parse("""
                        door: {host: "::1", port: 0, timeout: 250ms}
                        policy: round-robin
                        body: 64KiB
                        upstreams:
                          - url: https://api.example.com/v1
                            auth: {type: bearer-token, token: "env:TOKEN"}
                            ca: tls/../ca.pem
                            prices: {input: 0.15, output: 6e-1}
                          - url: http://127.0.0.1:8000
                        doors:
                          east: {port: 1}
                          west: {}
                        secret: env:TOKEN
                        numbers: []
                        on: false
                        ratio: 1
                        """).orThrow();
        assertEquals(new Door("::1", 0, Duration.ofMillis(250)), root.door());
        assertEquals(Policy.ROUND_ROBIN, root.policy());
        assertEquals(65536, root.body().bytes());
        Upstream first = root.upstreams().getFirst();
        assertEquals(URI.create("https://api.example.com/v1"), first.url());
        assertTrue(assertInstanceOf(BearerToken.class, first.auth()).token().matches(CANARY));
        assertEquals(Optional.of(Path.of("/etc/penstock/ca.pem")), first.ca());
        assertEquals(Map.of("input", 0.15, "output", 0.6), first.prices());
        assertInstanceOf(NoAuth.class, root.upstreams().get(1).auth());
        assertEquals(List.of("east", "west"), List.copyOf(root.doors().keySet()));
        assertEquals(1, List.copyOf(root.doors().values()).getFirst().port());
        assertEquals(List.of(), root.numbers());
        assertFalse(root.on());
        assertEquals(1.0, root.ratio());
    }

    @Test
    void partOfARecordKeepsTheDefaultsOfWhereItStands() {
        Root root = parse("admin: {host: 0.0.0.0}").orThrow();
        assertEquals(new Door("0.0.0.0", 9090, Duration.ofSeconds(10)), root.admin());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            door: {port: 99999}     | test.yaml:1:14: door.port: 99999 (expected: an integer from 0 to 65535)
            door: {port: 99999999999}|test.yaml:1:14: door.port: 99999999999 (expected: an integer from 0 to 65535)
            door: {port: http}      | test.yaml:1:14: door.port: http (expected: an integer from 0 to 65535)
            door: {port: 1.5}       | test.yaml:1:14: door.port: 1.5 (expected: an integer from 0 to 65535)
            door: {port: [1]}       | test.yaml:1:8: door.port: a list (expected: an integer from 0 to 65535)
            door: [1]               | test.yaml:1:1: door: a list (expected: a mapping with the keys host, port, timeout)
            door: {timeout: 10}     | test.yaml:1:17: door.timeout: 10 (expected: a duration such as 250ms, 20s or 5m from 1ms to 1m)
            door: {timeout: 2m}     | test.yaml:1:17: door.timeout: 2m (expected: a duration such as 250ms, 20s or 5m from 1ms to 1m)
            door: {timeout: 0}      | test.yaml:1:17: door.timeout: 0 (expected: a duration such as 250ms, 20s or 5m from 1ms to 1m)
            body: 16MB              | test.yaml:1:7: body: 16MB (expected: a size such as 64KiB or 16MiB <= 1GiB)
            body: 2GiB              | test.yaml:1:7: body: 2GiB (expected: a size such as 64KiB or 16MiB <= 1GiB)
            body: 7                 | test.yaml:1:7: body: 7B (expected: another number)
            {on: false, ratio: 0.25}| test.yaml:1:1: on and ratio do not go together
            on: yes                 | test.yaml:1:5: on: yes (expected: true or false)
            ratio: x                | test.yaml:1:8: ratio: x (expected: a number)
            ratio: .nan             | test.yaml:1:8: ratio: .nan (expected: a number)
            policy: random          | test.yaml:1:9: policy: random (expected: one of two-choices, round-robin)
            policy: TWO_CHOICES     | test.yaml:1:9: policy: TWO_CHOICES (expected: one of two-choices, round-robin)
            numbers: [1, 0, x]      | test.yaml:1:14: numbers[1]: 0 (expected: an integer >= 1)
            numbers: 1              | test.yaml:1:10: numbers: a single value (expected: a list, each an integer >= 1)
            upstreams: [{}]         | test.yaml:1:13: upstreams[0].url: missing (expected: a URL such as https://host:443/v1)
            upstreams: [{url: host}]| test.yaml:1:19: upstreams[0].url: host (expected: a URL such as https://host:443/v1)
            upstreams: [{url: "http://h", auth: {type: basic}}]| test.yaml:1:44: upstreams[0].auth.type: basic (expected: one of no-auth, bearer-token)
            upstreams: [{url: "http://h", auth: {token: "env:TOKEN"}}]| test.yaml:1:31: upstreams[0].auth.type: missing (expected: one of no-auth, bearer-token)
            upstreams: [{url: "http://h", prices: {in: much}}]| test.yaml:1:44: upstreams[0].prices.in: much (expected: a number)
            doors: {east: {prot: 1}}| test.yaml:1:16: doors.east: unknown key `prot` (did you mean `port`?)
            dor: {}                 | test.yaml:1:1: unknown key `dor` (did you mean `door`?)
            zzz: 1                  | test.yaml:1:1: unknown key `zzz` (known keys: door, admin, policy, body, upstreams, doors, secret, numbers, on, ratio, big)
            {on: true, on: false}   | test.yaml:1:12: on: given twice (first on line 1)
            {? [a] : 1}             | test.yaml:1:4: a list as a key (expected: a name)
            [1]                     | test.yaml:1:1: a list (expected: a mapping with the keys door, admin, policy, body, upstreams, doors, secret, numbers, on, ratio, big)
            {<<: {on: true}}        | test.yaml:1:2: unknown key `<<` (merge keys are not supported; write the values out)
            """)
    void everyFaultNamesPlaceValueAndExpectation(String yaml, String expected) {
        assertEquals(expected, errors(yaml).getFirst());
    }

    @Test
    void allFaultsAreReportedAtOnceInTheOrderOfTheFile() {
        assertEquals(
                List.of(
                        "test.yaml:2:9: door.port: -1 (expected: an integer from 0 to 65535)",
                        "test.yaml:3:3: door: unknown key `hots` (did you mean `host`?)",
                        "test.yaml:4:1: unknown key `upstream` (did you mean `upstreams`?)",
                        "test.yaml:5:9: policy: best (expected: one of two-choices, round-robin)",
                        "test.yaml:8:5: upstreams[0].url: missing (expected: a URL such as https://host:443/v1)",
                        "test.yaml:8:21: upstreams[0].prices.input: cheap (expected: a number)"),
                errors("""
                        door:
                          port: -1
                          hots: x
                        upstream: []
                        policy: best
                        upstreams:
                          # the first
                          - prices: {input: cheap}
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            secret: sk-canary-0123456789            | test.yaml:1:9: secret: a literal value (expected: a reference, env:NAME or file:path)
            secret: "env:sk-canary-0123456789"      | test.yaml:1:9: secret: a literal value (expected: a reference, env:NAME or file:path)
            secret: env:ABSENT                      | test.yaml:1:9: secret: env:ABSENT is not set (expected: the environment variable to hold the secret)
            secret: file:absent                     | test.yaml:1:9: secret: file:absent cannot be read (expected: a readable file of at most 65536 bytes at /etc/penstock/absent)
            upstreams: [{url: "http://me:sk-canary-0123456789@h"}] | test.yaml:1:19: upstreams[0].url: a URL with credentials (expected: a URL without; name the secret by env:NAME or file:path where the configuration takes one)
            upstreams: [{url: "http:// sk-canary-0123456789@h"}]   | test.yaml:1:19: upstreams[0].url: not a URL (expected: a URL such as https://host:443/v1)
            """)
    void secretsAreReferencesAndNeverEchoed(String yaml, String expected) {
        assertEquals(expected, errors(yaml).getFirst());
    }

    @Test
    void secretsComeFromFilesWithoutTheirLineBreak(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("token"), CANARY + "\n");
        Path file = Files.writeString(directory.resolve("penstock.yaml"), "secret: file:token\n");
        ConfigResult.Loaded<?> loaded = assertInstanceOf(
                ConfigResult.Loaded.class, ConfigLoader.system().load(file, Root.class));
        Secret secret = ((Root) loaded.value()).secret().orElseThrow();
        assertEquals(CANARY, secret.reveal());
        assertFalse(loaded.value().toString().contains(CANARY));
        assertEquals(
                java.util.Set.of(directory.resolve("token")), loaded.source().references());
    }

    @Test
    void hostileTextIsRefusedQuickly() {
        String deep = "[".repeat(100_000);
        assertTrue(
                errors(deep).getFirst().contains("nested too deeply"),
                errors(deep).getFirst());
        String bomb = "a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        assertTrue(
                errors(bomb).getFirst().contains("an alias of a mapping or list"),
                errors(bomb).getFirst());
        String large = "#".repeat(2 << 20);
        assertTrue(errors(large).getFirst().contains("too long"), errors(large).getFirst());
        assertTrue(
                errors("a: [1").getFirst().startsWith("test.yaml:1:6: not YAML: "),
                errors("a: [1").getFirst());
        assertTrue(errors("a: 1\n---\nb: 2\n").getFirst().contains("not YAML"));
    }

    @Test
    void unreadableFilesAreOneError(@TempDir Path directory) throws Exception {
        Path absent = directory.resolve("absent.yaml");
        assertEquals(List.of(absent + ": no such file"), messages(absent));
        Path latin = Files.write(directory.resolve("latin.yaml"), "on: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(List.of(latin + ": not UTF-8"), messages(latin));
    }

    private static List<String> messages(Path file) {
        ConfigResult.Rejected<?> rejected =
                assertInstanceOf(ConfigResult.Rejected.class, LOADER.load(file, Root.class));
        return rejected.errors().stream().map(ConfigError::toString).toList();
    }

    @Test
    void anOverlayWinsKeyByKey() {
        ConfigLoader loader = LOADER.over("door: {port: 1, host: \"::1\"}").over("body: 1MiB");
        Root root = loader.parse("f", "door: {port: 2, timeout: 20s}", Path.of("."), Root.class)
                .orThrow();
        assertEquals(new Door("::1", 1, Duration.ofSeconds(20)), root.door());
        assertEquals(1 << 20, root.body().bytes());
        assertEquals(
                1,
                loader.parse("f", "", Path.of("."), Root.class).orThrow().door().port());
    }

    @Test
    void anUnderlayGivesWay() {
        ConfigLoader loader = LOADER.under("door: {port: 1, host: a}");
        Root root =
                loader.parse("f", "door: {port: 2}", Path.of("."), Root.class).orThrow();
        assertEquals(new Door("a", 2, Duration.ofSeconds(10)), root.door());
    }

    @Test
    void faultsBesideAnOverlayKeepTheirLines() {
        ConfigResult<Root> result = LOADER.over("door: {port: 99999}")
                .under("admin: {port: 1}")
                .parse("f", "on: true\ndoor:\n  timeout: 0s\nonn: false\n", Path.of("."), Root.class);
        ConfigResult.Rejected<?> rejected = assertInstanceOf(ConfigResult.Rejected.class, result);
        assertEquals(
                List.of("", "door.port", "door.timeout"),
                rejected.errors().stream().map(ConfigError::path).sorted().toList(),
                rejected::message);
        assertTrue(rejected.message().contains("f:3:"), rejected::message);
        assertTrue(rejected.message().contains("f:4:"), rejected::message);
    }
}
