package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.tenancy.NewKey;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Key by route by model: what a running gateway answers, to keys of its configuration and to keys of its store. */
@Timeout(120)
final class GatewayKeysTest {
    private static final Map<String, String> KEYS = new HashMap<>();

    @TempDir
    static Path directory;

    private static GatewayRig rig;
    private static GatewayProcess gateway;

    private static String made(String name, String id) {
        NewKey key = NewKey.generate(id, Optional.empty(), new SecureRandom());
        KEYS.put(name, key.key());
        return key.hash().toString();
    }

    @BeforeAll
    static void begin() throws Exception {
        rig = new GatewayRig(directory);
        gateway = rig.start("""
                store: {directory: %s}
                auth:
                  mode: keys
                  keys:
                    - {id: every, hash: "%s", models: ['*']}
                    - {id: none, hash: "%s"}
                    - {id: one, hash: "%s", models: [m]}
                    - {id: chats, hash: "%s", models: ['*'], endpoints: [chat]}
                    - {id: expired, hash: "%s", models: ['*'], expires: 2020-01-01T00:00:00Z}
                    - {id: elsewhere, hash: "%s", models: ['*'], networks: [10.0.0.0/8]}
                    - {id: here, hash: "%s", models: ['*'], networks: [127.0.0.0/8]}
                    - {id: sited, hash: "%s", models: ['*'], sites: [moon]}
                    - id: rotated
                      hash: "%s"
                      models: ['*']
                      previous:
                        - {hash: "%s", until: "%s"}
                        - {hash: "%s", until: "2020-01-01T00:00:00Z"}
                """.formatted(
                        directory.resolve("data"),
                        made("every", "every"),
                        made("none", "none"),
                        made("one", "one"),
                        made("chats", "chats"),
                        made("expired", "expired"),
                        made("elsewhere", "elsewhere"),
                        made("here", "here"),
                        made("sited", "sited"),
                        made("rotated-new", "rotated"),
                        made("rotated-old", "rotated"),
                        Instant.now().plusSeconds(600),
                        made("rotated-older", "rotated")));
        made("unknown", "nobody");
        KEYS.put("wrong", KEYS.getOrDefault("every", "").replaceFirst(".{6}$", "aaaaaa"));
        KEYS.put("absent", "");
        stored();
    }

    private static void stored() throws Exception {
        KEYS.put("s-every", rig.newKey(gateway, "{\"id\":\"s-every\",\"models\":[\"*\"]}"));
        KEYS.put("s-none", rig.newKey(gateway, "{\"id\":\"s-none\"}"));
        KEYS.put("s-one", rig.newKey(gateway, "{\"id\":\"s-one\",\"models\":[\"m\"],\"endpoints\":[\"chat\"]}"));
        KEYS.put(
                "s-expired",
                rig.newKey(gateway, "{\"id\":\"s-expired\",\"models\":[\"*\"],\"expires\":\"2020-01-01T00:00:00Z\"}"));
        KEYS.put(
                "s-elsewhere",
                rig.newKey(gateway, "{\"id\":\"s-elsewhere\",\"models\":[\"*\"],\"networks\":[\"10.0.0.0/8\"]}"));
        KEYS.put("s-revoked", rig.newKey(gateway, "{\"id\":\"s-revoked\",\"models\":[\"*\"]}"));
        rig.admin(gateway, "POST", "/admin/keys/s-revoked/revoke", "");
        KEYS.put("s-rotated-old", rig.newKey(gateway, "{\"id\":\"s-rotated\",\"models\":[\"*\"]}"));
        KEYS.put("s-rotated-new", rotated("s-rotated", "1h"));
        KEYS.put("s-ended-old", rig.newKey(gateway, "{\"id\":\"s-ended\",\"models\":[\"*\"]}"));
        KEYS.put("s-ended-new", rotated("s-ended", "0s"));
    }

    private static String rotated(String id, String overlap) throws Exception {
        HttpResponse<String> answer =
                rig.admin(gateway, "POST", "/admin/keys/" + id + "/rotate", "{\"overlap\":\"" + overlap + "\"}");
        assertEquals(200, answer.statusCode(), answer.body());
        return rig.told(answer).path("key").asText();
    }

    @AfterAll
    static void end() {
        rig.close();
    }

    @ParameterizedTest
    @CsvSource({
        "every,         chat,       m,       200, ''",
        "every,         chat,       n,       200, ''",
        "every,         embeddings, vectors, 200, ''",
        "every,         chat,       other,   404, model_not_found",
        "none,          chat,       m,       404, model_not_found",
        "one,           chat,       m,       200, ''",
        "one,           chat,       n,       404, model_not_found",
        "one,           embeddings, vectors, 404, model_not_found",
        "chats,         chat,       m,       200, ''",
        "chats,         embeddings, vectors, 403, endpoint_not_allowed",
        "expired,       chat,       m,       401, invalid_api_key",
        "elsewhere,     chat,       m,       403, ip_not_allowed",
        "here,          chat,       m,       200, ''",
        "sited,         chat,       m,       503, no_eligible_worker",
        "rotated-new,   chat,       m,       200, ''",
        "rotated-old,   chat,       m,       200, ''",
        "rotated-older, chat,       m,       401, invalid_api_key",
        "unknown,       chat,       m,       401, invalid_api_key",
        "wrong,         chat,       m,       401, invalid_api_key",
        "absent,        chat,       m,       401, invalid_api_key",
        "s-every,       chat,       n,       200, ''",
        "s-none,        chat,       m,       404, model_not_found",
        "s-one,         chat,       m,       200, ''",
        "s-one,         chat,       n,       404, model_not_found",
        "s-one,         embeddings, vectors, 403, endpoint_not_allowed",
        "s-expired,     chat,       m,       401, invalid_api_key",
        "s-elsewhere,   chat,       m,       403, ip_not_allowed",
        "s-revoked,     chat,       m,       401, invalid_api_key",
        "s-rotated-old, chat,       m,       200, ''",
        "s-rotated-new, chat,       m,       200, ''",
        "s-ended-old,   chat,       m,       401, invalid_api_key",
        "s-ended-new,   chat,       m,       200, ''",
    })
    void keyByRouteByModel(String key, String route, String model, int status, String code) throws Exception {
        String shown = Optional.ofNullable(KEYS.get(key)).orElseThrow();
        HttpResponse<String> answer = route.equals("chat")
                ? rig.chat(gateway, shown, model)
                : rig.ask(gateway, shown, "/v1/embeddings", "{\"model\":\"" + model + "\",\"input\":\"hi\"}");
        assertEquals(status, answer.statusCode(), answer.body());
        if (!code.isEmpty()) {
            assertEquals(code, rig.told(answer).path("error").path("code").asText(), answer.body());
            assertTrue(rig.told(answer).path("error").has("param"), "in the shape of OpenAI");
        }
    }
}
