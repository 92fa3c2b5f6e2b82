package dev.penstock.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link AnswerInspector#inspect} says of anything what a parser alone would. */
class AnswerAgreementTest {
    private static final long SEED = 20261127;
    private static final int MUTATIONS = Integer.getInteger("penstock.mutations", 10_000);
    private static final List<String> ANSWERS = List.of(
            "{\"id\":\"chatcmpl-7f3a9c1e\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,\"model\":\"a/b\","
                    + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\" w\\u00e4ter\\n\"},"
                    + "\"logprobs\":null,\"finish_reason\":null}]}",
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":128,\"completion_tokens\":98,\"total_tokens\":226,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":64},"
                    + "\"completion_tokens_details\":{\"reasoning_tokens\":40}}}",
            " { \"model\" : \"Gef\u00e4lle \ud834\udd1e\" , \"choices\" : [ { \"text\" : \"\" , \"finish_reason\" : \"stop\" }"
                    + " , { \"text\" : \"x\" , \"finish_reason\" : \"abort\" } ] , \"n\" : [ 1 , -2.5e3 , true , false ] } ",
            "{\"error\":{\"message\":\"x\",\"code\":500},\"object\":\"error\"}",
            "{\"error\":\"\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\","
                    + "\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]},\"finish_reason\":\"tool_calls\"}]}",
            "{\"object\":\"list\",\"data\":[{\"index\":0,\"embedding\":[0.25,-1e-3,0,7]}],\"model\":\"e\",\"usage\":"
                    + "{\"prompt_tokens\":8,\"total_tokens\":8}}");

    private static boolean agrees(byte[] json) {
        // What follows would complete some of what was cut: it must not be looked at.
        byte[] padded = new byte[6 + json.length + 4];
        System.arraycopy(json, 0, padded, 6, json.length);
        System.arraycopy("\"}]}".getBytes(StandardCharsets.US_ASCII), 0, padded, 6 + json.length, 4);
        Optional<AnswerFacts> parsed = ParsedAnswer.of(padded, 6, 6 + json.length);
        Supplier<String> message = () -> "seed " + SEED + ": " + HexFormat.of().formatHex(json);
        assertEquals(parsed, AnswerInspector.inspect(padded, 6, 6 + json.length), message);
        assertEquals(parsed, AnswerInspector.inspect(json, 0, json.length), message);
        return parsed.isPresent();
    }

    @Test
    void onAnswersWithFaultsAndOddities() {
        JsonMutations mutations = new JsonMutations(new Random(SEED));
        int valid = 0;
        for (int round = 0; round < MUTATIONS; round++) {
            byte[] json = mutations.of(ANSWERS.get(round % ANSWERS.size()));
            valid += agrees(json) ? 1 : 0;
        }
        assertTrue(valid > MUTATIONS / 20 && valid < MUTATIONS / 2, "valid: " + valid + " of " + MUTATIONS);
    }

    @Test
    void onAnswersCutAnywhere() {
        for (String answer : ANSWERS) {
            byte[] json = answer.getBytes(StandardCharsets.UTF_8);
            for (int length = 0; length <= json.length; length++) {
                agrees(Arrays.copyOf(json, length));
            }
        }
    }

    /** Every byte at every place of strings of every length: the end of a word is where a mistake would be. */
    @Test
    void onEveryByteInAString() {
        for (int length = 1; length < 12; length++) {
            for (int at = 0; at < length; at++) {
                for (int value = 0; value < 256; value++) {
                    byte[] json = ("{\"model\":\"" + "a".repeat(length) + "\"}").getBytes(StandardCharsets.US_ASCII);
                    json[10 + at] = (byte) value;
                    agrees(json);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1, 16, 60, 64, 65, 128, 250, 256, 257, 300, 512, 700, 1000, 1001, 1020, 1024, 1025, 2048, 5000})
    void onLongNamesNumbersAndDeepNesting(int size) {
        for (int n = size - 1; n <= size + 1; n++) {
            agrees(("{\"" + "n".repeat(n) + "\":1}").getBytes(StandardCharsets.UTF_8));
            agrees(("{\"" + "\u00e4".repeat(n) + "\":1}").getBytes(StandardCharsets.UTF_8));
            agrees(("{\"a\":" + "9".repeat(n) + "}").getBytes(StandardCharsets.UTF_8));
            agrees(("{\"a\":-1." + "9".repeat(n) + "}").getBytes(StandardCharsets.UTF_8));
            agrees(("{\"a\":1e" + "9".repeat(n) + "}").getBytes(StandardCharsets.UTF_8));
            agrees(("{\"a\":" + "[".repeat(n) + "]".repeat(n) + "}").getBytes(StandardCharsets.UTF_8));
            agrees(("{\"a\":".repeat(n) + "1" + "}".repeat(n)).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void onOtherEncodings() {
        for (var encoding : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
            agrees(ANSWERS.getFirst().getBytes(encoding));
        }
        agrees(("\ufeff" + ANSWERS.getFirst()).getBytes(StandardCharsets.UTF_8));
    }

    /** A usual chunk is what the scanner is for: the parser is not to be needed. */
    @Test
    void theScannerAloneReadsWhatIsUsual() {
        for (String answer : ANSWERS) {
            byte[] json = answer.getBytes(StandardCharsets.UTF_8);
            JsonScanner scanner = new JsonScanner(json, 0, json.length, JsonLimits.DEFAULT);
            while (!scanner.complete()) {
                assertTrue(scanner.next() != JsonScanner.REFUSED, answer);
            }
            assertTrue(scanner.exhausted());
            assertEquals(Optional.empty(), AnswerInspector.inspect(json, 0, json.length - 2));
        }
    }
}
