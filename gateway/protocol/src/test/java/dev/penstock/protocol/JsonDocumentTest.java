package dev.penstock.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {

    private static JsonDocument parse(String json) throws JsonRejectedException {
        return JsonDocument.parse(json.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT);
    }

    private static String text(JsonDocument document) {
        return new String(document.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void replacesOneValueAndLeavesEveryOtherByteAlone() throws Exception {
        String json =
                "{ \"x\" : 123456789012345678901234567890 ,\n\"model\":\"a\\u0041\", \"y\":{\"é\":[1.0e400, -0]} } ";
        assertEquals(json.replace("\"a\\u0041\"", "\"other\""), text(parse(json).with("model", "\"other\"")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | {\"k\":true}",
                "{\"a\":1} | {\"a\":1,\"k\":true}",
                "{\"a\":[1,2] } | {\"a\":[1,2] ,\"k\":true}",
                "{\"k\":null,\"b\":\"ü\"} | {\"k\":true,\"b\":\"ü\"}",
                "{\"b\":-1.5,\"k\":{\"z\":1}} | {\"b\":-1.5,\"k\":true}"
            })
    void setsAField(String before, String after) throws Exception {
        assertEquals(after, text(parse(before).with("k", "true")));
    }

    @Test
    void editsComposeAsAReparseWould() throws Exception {
        long seed = 20261120;
        Random random = new Random(seed);
        String[] values = {"1", "true", "null", "\"ß€𝄞\"", "[1,{\"q\":[]}]", "{\"d\":0.10}", "-12e-3", "false"};
        for (int round = 0; round < 2000; round++) {
            JsonDocument edited = parse("{\"f0\": 1 ,\"f1\" :[2]}");
            for (int edit = 0; edit < 6; edit++) {
                edited = edited.with("f" + random.nextInt(5), values[random.nextInt(values.length)]);
            }
            JsonDocument reparsed = JsonDocument.parse(edited.bytes(), JsonLimits.DEFAULT);
            assertEquals(reparsed.toString(), edited.toString(), "seed " + seed + " round " + round);
            for (String name : reparsed.names()) {
                assertEquals(reparsed.raw(name), edited.raw(name), "seed " + seed + " round " + round);
            }
        }
    }

    @Test
    void readsTypedFieldsAndNamesTheOneOfAnotherType() throws Exception {
        JsonDocument document = parse("{\"model\":\"m\",\"stream\":true,\"n\":null,\"bad\":[1]}");
        assertEquals(Optional.of("m"), document.string("model"));
        assertEquals(Optional.of(true), document.bool("stream"));
        assertEquals(Optional.empty(), document.string("n"));
        assertFalse(document.has("n"));
        assertTrue(document.has("bad"));
        ApiError error = assertThrows(JsonRejectedException.class, () -> document.string("bad"))
                .error();
        assertEquals("bad: an array (expected: a string)", error.message());
        assertEquals(Optional.of("bad"), error.param());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,} ~ line 1",
                "{\"a\":1,¶  \"b\" 2} ~ line 2, column 7",
                "{\"a\":1}{ ~ more follows",
                "[1] ~ not a JSON object",
                "{\"a\":1,\"a\":2} ~ Duplicate field 'a'",
                "{\"o\":{\"a\":1,\"a\":2}} ~ Duplicate field 'a'",
                "{\"a\":\"unclosed ~ line 1",
                "{\"a\":[1,2} ~ line 1",
                "{\"a\": ~ line 1",
                "{\"a\":NaN} ~ line 1",
                "{a:1} ~ line 1"
            })
    void saysWhereAndWhat(String json, String expected) {
        ApiError error = assertThrows(JsonRejectedException.class, () -> parse(json.replace('¶', '\n')))
                .error();
        assertEquals(400, error.status());
        assertTrue(error.message().contains(expected), error.message());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":NaN}",
                "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1",
                "{\"a\":[1",
                "{\"a\":\"x",
                "{\"a\":.5}",
                "{\"a\":1,}"
            })
    void doesNotSpeakOfItsParser(String json) {
        String message = assertThrows(JsonRejectedException.class, () -> parse(json))
                .error()
                .message();
        assertFalse(message.contains("`") || message.contains("Source") || message.contains("Feature"), message);
    }

    /** Strings of every place, those that are only passed over among them. */
    @ParameterizedTest
    @ValueSource(strings = {"a\u0001b", "a\nb", "\\x", "\\u12g4", "\\u12", "\\", "unclosed"})
    void refusesAFaultInAnyString(String text) {
        String string = text.equals("unclosed") ? "\"" + text : "\"" + text + "\"";
        for (String json :
                new String[] {"{\"a\":%s}", "{\"a\":[%s]}", "{\"a\":{\"b\":[{\"c\":1,\"d\":%s}]},\"e\":2}"}) {
            assertThrows(JsonRejectedException.class, () -> parse(json.replace("%s", string)), json);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "false",
                "\"\"",
                "\"plain\"",
                "\"Gefälle 水 𝄞\"",
                "\"\\\\ \\\" \\u00e4 \\ud834\\udd1e\"",
                "0",
                "-0",
                "7",
                "-7",
                "123456789",
                "2147483647",
                "2147483648",
                "123456789012345678901234567890",
                "1.5",
                "1e3",
                "[1]",
                "{\"b\":\"c\"}"
            })
    void aValueIsWhatAParserMakesOfIt(String json) throws Exception {
        JsonNode expected = new ObjectMapper().readTree(json);
        assertEquals(Optional.of(expected), parse("{\"a\":" + json + "}").value("a"));
        assertEquals(
                Optional.of(expected),
                parse("{ \"a\" : " + json + " , \"b\" : 1 }").value("a"));
        assertEquals(Optional.of(expected), parse("{}").with("a", json).value("a"));
        assertEquals(
                Optional.of(expected), parse("{\"a\":0}").with("a", json + " ").value("a"));
    }

    @ParameterizedTest
    @ValueSource(ints = {65, 100_000})
    void refusesDeepNesting(int depth) {
        ApiError error = assertThrows(
                        JsonRejectedException.class,
                        () -> parse("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}"))
                .error();
        assertTrue(error.message().contains("64"), error.message());
    }

    @Test
    void refusesAHugeNumber() {
        assertThrows(JsonRejectedException.class, () -> parse("{\"a\":" + "9".repeat(1_000_000) + "}"));
    }

    @Test
    void refusesOtherEncodings() {
        assertThrows(
                JsonRejectedException.class,
                () -> JsonDocument.parse("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), JsonLimits.DEFAULT));
        assertThrows(
                JsonRejectedException.class,
                () -> JsonDocument.parse(
                        new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xc3, '"', '}'}, JsonLimits.DEFAULT));
        assertThrows(JsonRejectedException.class, () -> JsonDocument.parse(new byte[0], JsonLimits.DEFAULT));
    }

    /** Overlong forms, beyond U+10FFFF, a surrogate: one byte sequence for one text, or keys and names have two spellings. */
    @ParameterizedTest
    @ValueSource(strings = {"c0ad", "c080", "e080af", "f08080af", "f4908080", "f7bfbfbf", "eda080", "ff", "e282"})
    void refusesBytesThatOnlyLookLikeUtf8(String hex) {
        byte[] text = HexFormat.of().parseHex(hex);
        byte[] body =
                ("{\"a\":\"" + "x".repeat(20_000) + "?".repeat(text.length) + "\"}").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, body, body.length - 2 - text.length, text.length);
        ApiError error = assertThrows(JsonRejectedException.class, () -> JsonDocument.parse(body, JsonLimits.DEFAULT))
                .error();
        assertEquals(
                "the body is not valid UTF-8 at byte " + (body.length - 2 - text.length) + " (expected: UTF-8)",
                error.message());
    }

    @Test
    void anErrorHasAllFourKeysAndEscapes() {
        assertEquals(
                "{\"error\":{\"message\":\"a \\\"b\\\"\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
                ApiError.invalid(400, "a \"b\"").toJson());
        assertEquals(
                "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"param\":\"model\",\"code\":\"model_not_found\"}}",
                ApiError.modelNotFound("m").toJson());
    }
}
