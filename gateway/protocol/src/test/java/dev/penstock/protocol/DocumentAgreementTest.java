package dev.penstock.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link DocumentScan} takes nothing that {@link DocumentParser} refuses, and makes the same document of what it takes. */
class DocumentAgreementTest {
    private static final long SEED = 20261128;
    private static final int MUTATIONS = Integer.getInteger("penstock.mutations", 10_000);
    private static final JsonLimits LIMITS = JsonLimits.DEFAULT;
    private static final List<String> BODIES = List.of(
            "{\"model\":\"a/b\",\"messages\":[{\"role\":\"system\",\"content\":\"You are brief.\"},{\"role\":\"user\","
                    + "\"content\":[{\"type\":\"text\",\"text\":\"caf\u00e9\\n\"},{\"type\":\"image_url\",\"image_url\":"
                    + "{\"url\":\"data:\"}}]}],\"stream\":true,\"temperature\":0.7,\"n\":1,\"stop\":[\"#\"],\"seed\":null}",
            "{ \"model\" : \"m\" ,\r\n\t\"prompt\" : [ [ 1 , 2 ] , [ 3 ] ] , \"stream_options\" : { \"include_usage\" : true } }\n",
            "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":"
                    + "{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\"}}}}}],\"tool_choice\":\"auto\",\"a\":{},\"b\":[]}",
            "{\"input\":\"\u6c34 \ud834\udd1e\",\"logit_bias\":{\"1\":-100,\"2\":5,\"17\":1e1},\"user\":\"\"}");

    /** Everything that a document has to say. */
    private static List<String> said(JsonDocument document) {
        List<String> said = new ArrayList<>(List.of(document.toString()));
        for (String name : document.names()) {
            said.add(name + "=" + document.raw(name));
        }
        said.add(new String(document.with("added", "1").bytes(), StandardCharsets.UTF_8));
        return said;
    }

    private static Optional<List<String>> parsed(byte[] json, JsonLimits limits) {
        try {
            return Optional.of(said(DocumentParser.parse(json, limits)));
        } catch (JsonRejectedException e) {
            return Optional.empty();
        }
    }

    /** Returns whether the scan took it. */
    private static boolean agrees(byte[] json, JsonLimits limits) {
        Optional<List<String>> scanned;
        try {
            scanned = new DocumentScan(json, limits).read().map(DocumentAgreementTest::said);
        } catch (JsonRejectedException e) {
            assertEquals(Optional.empty(), parsed(json, limits), () -> "seed " + SEED + ": " + e.getMessage());
            return false;
        }
        if (scanned.isPresent()) {
            assertEquals(
                    parsed(json, limits),
                    scanned,
                    () -> "seed " + SEED + ": " + HexFormat.of().formatHex(json));
        }
        return scanned.isPresent();
    }

    private static boolean agrees(String json) {
        return agrees(json.getBytes(StandardCharsets.UTF_8), LIMITS);
    }

    @Test
    void onBodiesWithFaultsAndOddities() {
        JsonMutations mutations = new JsonMutations(new Random(SEED));
        int taken = 0;
        int valid = 0;
        for (int round = 0; round < MUTATIONS; round++) {
            byte[] json = mutations.of(BODIES.get(round % BODIES.size()));
            taken += agrees(json, LIMITS) ? 1 : 0;
            valid += parsed(json, LIMITS).isPresent() ? 1 : 0;
        }
        assertTrue(taken > MUTATIONS / 20 && taken < MUTATIONS / 2, "taken: " + taken + " of " + MUTATIONS);
        assertTrue(taken > 0.8 * valid, "taken: " + taken + " of " + valid + " valid");
    }

    @Test
    void aUsualBodyTakesNoParser() {
        BODIES.forEach(body -> assertTrue(agrees(body), body));
        assertTrue(agrees("{}"));
        assertTrue(agrees("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}"));
    }

    /** Among few names and among many, alike at the start and at the end, and in objects that lie between. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 15, 16, 17, 40, 63, 64, 65, 200})
    void aNameThatComesTwiceIsFound(int count) {
        for (String form : List.of("%d", "n%d", "a_long_name_%d_with_an_end", "%dabcdefgh", "\u00e4%d", "abcdefgh%d")) {
            List<String> names =
                    IntStream.range(0, count).mapToObj(form::formatted).toList();
            assertEquals(count <= OpenNames.MOST, agrees("{\"o\":1,\"p\":" + object(names) + "}"));
            for (int again = 0; again < count; again += 7) {
                List<String> more = new ArrayList<>(names);
                more.add(names.get(again));
                assertTrue(!agrees(object(more)), form);
                assertTrue(!agrees("{\"o\":[" + object(more) + "]}"), form);
            }
        }
    }

    private static String object(List<String> names) {
        return names.stream()
                .map(name -> "\"" + name + "\":{\"a\":{\"a\":1,\"b\":[{\"a\":2},{\"a\":3}]}}")
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Bodies at, just below and just above each limit. */
    @Test
    void onLimits() {
        for (int limit = 1; limit < 90; limit++) {
            JsonLimits few = new JsonLimits(limit, limit, limit, limit);
            for (int size = Math.max(1, limit - 2); size <= limit + 2; size++) {
                JsonLimits depth = new JsonLimits(limit, 1000, 1024, 1000);
                agrees(
                        ("{\"a\":" + "[".repeat(size) + "]".repeat(size) + "}").getBytes(StandardCharsets.US_ASCII),
                        depth);
                agrees(
                        "{\"a\":".repeat(size).concat("1" + "}".repeat(size)).getBytes(StandardCharsets.US_ASCII),
                        depth);
                JsonLimits tokens = new JsonLimits(64, 1000, 1024, limit);
                agrees(("{\"a\":[" + "1,".repeat(size) + "1]}").getBytes(StandardCharsets.US_ASCII), tokens);
                JsonLimits names = new JsonLimits(64, 1000, limit, 1000);
                agrees(("{\"" + "n".repeat(size) + "\":1}").getBytes(StandardCharsets.US_ASCII), names);
                JsonLimits numbers = new JsonLimits(64, limit, 1024, 1000);
                agrees(("{\"a\":" + "9".repeat(size) + "}").getBytes(StandardCharsets.US_ASCII), numbers);
                agrees(("{\"a\":-0." + "9".repeat(size) + "e1}").getBytes(StandardCharsets.US_ASCII), numbers);
                agrees(("{\"a\":[" + "1,".repeat(size) + "1]}").getBytes(StandardCharsets.US_ASCII), few);
            }
        }
    }
}
