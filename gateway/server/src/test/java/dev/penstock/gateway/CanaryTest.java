package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.penstock.gateway.tenancy.NewKey;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * No key and no prompt in what is written or told: with every logger at its most talkative, requests that go well, are
 * streamed, refused and failed, and accounts that are made and changed, and then a search of everything there is.
 */
@Timeout(120)
final class CanaryTest {
    private static final String PROMPT = "canary-prompt-yellow-bird";

    @TempDir
    private Path directory;

    private final Capture logs = new Capture();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private Level before = Level.INFO;
    private GatewayRig rig;

    private static final class Capture extends AppenderBase<ILoggingEvent> {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            String pairs = event.getKeyValuePairs() == null
                    ? ""
                    : event.getKeyValuePairs().toString();
            String thrown =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + pairs + " " + thrown);
        }
    }

    @BeforeEach
    void begin() throws Exception {
        rig = new GatewayRig(directory);
        before = Optional.ofNullable(root.getLevel()).orElse(Level.INFO);
        logs.start();
        root.addAppender(logs);
        ((Logger) LoggerFactory.getLogger("dev.penstock")).setLevel(Level.TRACE);
        ((Logger) LoggerFactory.getLogger("penstock")).setLevel(Level.TRACE);
    }

    @AfterEach
    void end() {
        rig.close();
        root.detachAppender(logs);
        root.setLevel(before);
        ((Logger) LoggerFactory.getLogger("dev.penstock")).setLevel(null);
        ((Logger) LoggerFactory.getLogger("penstock")).setLevel(null);
    }

    private static String chat(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\""
                + PROMPT + "\"}]}";
    }

    @Test
    void noKeyAndNoPromptIsFoundAnywhere() throws Exception {
        NewKey fixed = NewKey.generate("fixed", Optional.empty(), new SecureRandom());
        NewKey admin = NewKey.generate("ops", Optional.empty(), new SecureRandom());
        String[] ops = {"authorization", "Bearer " + admin.key()};
        String url = PostgresServer.database();
        GatewayProcess gateway = rig.start("""
                store: {directory: %s, url: '%s', user: postgres}
                log: {requests: true}
                auth: {mode: keys, admin-keys: ['%s'], keys: [{id: fixed, hash: '%s', models: ['*']}]}
                """.formatted(directory.resolve("data"), url, admin.hash(), fixed.hash()));
        List<String> canaries = new ArrayList<>(List.of(PROMPT, secret(fixed.key()), secret(admin.key())));
        List<String> told = new ArrayList<>();

        String body = "{\"id\":\"made\",\"models\":[\"m\"],\"limits\":[{\"requests\":3,\"per\":\"1h\"}]}";
        String made = rig.told(rig.admin(gateway, "POST", "/admin/keys", body, ops))
                .path("key")
                .asText();
        String rotated = rig.told(rig.admin(gateway, "POST", "/admin/keys/made/rotate", "{}", ops))
                .path("key")
                .asText();
        assertTrue(made.startsWith("sk-pen-made-") && rotated.startsWith("sk-pen-made-"));
        canaries.addAll(List.of(secret(made), secret(rotated)));
        String unknown =
                NewKey.generate("nobody", Optional.empty(), new SecureRandom()).key();
        canaries.add(secret(unknown));

        for (String key : List.of(fixed.key(), made, rotated, unknown, made + "x", "", made, rotated)) {
            for (String model : List.of("m", "other")) {
                var answer = rig.ask(gateway, key, "/v1/chat/completions", chat(model, false));
                if (answer.statusCode() != 200) {
                    told.add(answer.body());
                }
                told.add(answer.headers().map().toString());
            }
        }
        told.add(rig.ask(gateway, fixed.key(), "/v1/chat/completions", chat("m", true))
                .headers()
                .map()
                .toString());
        told.add(rig.ask(gateway, fixed.key(), "/v1/chat/completions", chat("m", false) + PROMPT)
                .body());
        told.add(rig.ask(gateway, fixed.key(), "/v1/chat/completions", "{\"model\":\"m\",\"n\":\"" + PROMPT + "\"}")
                .body());
        told.add(rig.send(HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/v1/" + secret(made)))
                        .header("authorization", "Bearer " + made))
                .body());
        told.add(rig.admin(gateway, "POST", "/admin/keys", "{\"id\":\"" + made + "\"}", "authorization", "Bearer x")
                .body());
        told.add(rig.admin(gateway, "PATCH", "/admin/keys/made", "{\"criticality\":\"sheddable\"}", ops)
                .body());
        rig.upstream.close(); // from here on they fail
        told.add(rig.ask(gateway, fixed.key(), "/v1/chat/completions", chat("m", false))
                .body());
        told.add(rig.ask(gateway, fixed.key(), "/v1/chat/completions", chat("m", true))
                .body());
        rig.admin(gateway, "DELETE", "/admin/keys/made", "", ops);

        Eventually.await("the ledger", () -> rig.admin(gateway, "GET", "/admin/usage?group_by=key", "")
                .body()
                .contains("fixed"));
        for (String path : List.of(
                "/metrics", "/pool", "/admin/usage?group_by=key,model", "/admin/audit?limit=1000", "/admin/keys")) {
            var answer = rig.admin(gateway, "GET", path, "", ops);
            assertEquals(200, answer.statusCode(), path);
            told.add(answer.body());
        }
        for (String table : PostgresServer.tables(PostgresServer.nameOf(url))) {
            told.add(PostgresServer.dump(PostgresServer.nameOf(url), table));
        }
        rig.stop(gateway);

        assertTrue(told.stream().anyMatch(text -> text.contains("fixed")), "something was told");
        assertTrue(logs.lines.size() > 20, "something was logged: " + logs.lines.size());
        for (String canary : canaries) {
            assertFalse(String.join("\n", told).contains(canary), "told: " + canary.length());
            List<String> found =
                    logs.lines.stream().filter(line -> line.contains(canary)).toList();
            assertEquals(List.of(), found);
        }
        files(canaries);
        String headers = String.join("\n", rig.upstream.headers());
        assertTrue(headers.contains("raceparent"), "a trace goes upstream: " + headers);
        canaries.forEach(canary -> assertFalse(headers.contains(canary), "in a header to the upstream"));
    }

    /** Journal, snapshot and all else in the store's directory. */
    private void files(List<String> canaries) throws Exception {
        int looked = 0;
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).collect(Collectors.toList())) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                canaries.forEach(canary -> assertFalse(bytes.contains(canary), file.toString()));
                looked++;
            }
        }
        assertTrue(looked >= 3, "the journal, its lock and the accounts: " + looked);
    }

    /** The part that nobody may see. */
    private static String secret(String key) {
        return key.substring(key.lastIndexOf('-') + 1);
    }
}
