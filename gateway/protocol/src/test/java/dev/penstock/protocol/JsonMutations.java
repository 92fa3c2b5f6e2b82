package dev.penstock.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** JSON with a few faults and oddities put in: most of what comes out is nearly right, and some of it is. */
final class JsonMutations {
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\\"",
            "\\n",
            "\\u0041",
            "\\u006d",
            "\\ud834",
            "\\udd1e",
            "\\x",
            "\\u12g4",
            " ",
            "\n",
            "\t",
            "\r",
            "\u0001",
            "\u0000",
            "\u007f",
            "\u00e4",
            "\u20ac",
            "\ud834\udd1e",
            "\ufeff",
            "0",
            "-",
            "-0",
            "1",
            "9",
            "00",
            ".",
            "1.5",
            ".5",
            "5.",
            "e",
            "1e3",
            "1E-7",
            "1e",
            "e+",
            "NaN",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "123456789012345678",
            "1234567890123456789",
            "123456789012345678901234567890",
            "2147483648",
            "true",
            "false",
            "null",
            "tru",
            "nul",
            "\"\"",
            "[]",
            "{}",
            "\"model\":",
            "\"m\\u006fdel\":",
            "\"error\":",
            "\"object\":",
            "\"error\"",
            "\"\\u0065rror\"",
            "\"choices\":",
            "\"delta\":",
            "\"finish_reason\":",
            "\"abort\"",
            "\"ab\\u006frt\"",
            "\"usage\":",
            "\"prompt_tokens\":",
            "\"completion_tokens\":",
            "\"text\":",
            "\"role\":",
            "\"a\":1,",
            "\"a\":{",
            "[[[[",
            "]]]]",
            "\"message\":",
            "\"content\":\"x\",",
            "//",
            "/**/",
            "'a'",
            "+1");
    private static final byte[][] ILL_FORMED = {
        {(byte) 0xc0, (byte) 0xaf},
        {(byte) 0xe0, (byte) 0x80, (byte) 0xaf},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0x80},
        {(byte) 0xfe},
        {(byte) 0xe2, (byte) 0x82}
    };

    /** All but 0xff: Jackson's table of names fills words with it, and then takes one name for another that it has seen. */
    private static final int MOST_BYTES = 255;

    private final Random random;

    JsonMutations(Random random) {
        this.random = random;
    }

    byte[] of(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            bytes = changed(bytes);
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + random.nextInt(8));
        return switch (random.nextInt(8)) {
            case 0 -> spliced(bytes, at, to, new byte[0]);
            case 1 ->
                spliced(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt(MOST_BYTES)});
            case 2 -> {
                int from = random.nextInt(bytes.length + 1);
                int end = Math.min(bytes.length, from + random.nextInt(40));
                yield spliced(bytes, at, at, Arrays.copyOfRange(bytes, from, end));
            }
            case 3 -> spliced(bytes, at, at, ILL_FORMED[random.nextInt(ILL_FORMED.length)]);
            case 4 -> spliced(bytes, valueAt(bytes, at), to, new byte[0]);
            default -> {
                byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
                int place = random.nextBoolean() ? valueAt(bytes, at) : at;
                yield spliced(bytes, place, random.nextBoolean() ? place : valueEnd(bytes, place), piece);
            }
        };
    }

    /** Where a value or a name may begin, at or after a place. */
    private static int valueAt(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && at > 0 && ":,[{".indexOf(bytes[at - 1]) < 0) {
            at++;
        }
        return at;
    }

    private static int valueEnd(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && ":,]}".indexOf(bytes[at]) < 0) {
            at++;
        }
        return at;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] put) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(put);
        out.write(bytes, Math.max(from, to), bytes.length - Math.max(from, to));
        return out.toByteArray();
    }
}
