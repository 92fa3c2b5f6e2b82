package dev.penstock.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final long SEED = 20261120;

    /** Where the JDK's strict decoder stops. */
    private static int decoderStop(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean fault = StandardCharsets.UTF_8
                .newDecoder()
                .decode(in, CharBuffer.allocate(bytes.length + 1), true)
                .isError();
        return fault ? in.position() : Utf8.WELL_FORMED;
    }

    private static void agrees(byte[] bytes) {
        assertEquals(
                decoderStop(bytes), Utf8.firstFault(bytes), () -> HexFormat.of().formatHex(bytes) + ", seed " + SEED);
    }

    /** Whatever follows the lead byte: each two bytes, then each of a third byte's and a fourth's classes. */
    @Test
    void agreesWithTheDecoderOnEverySequence() {
        int[] later = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
        for (int lead = 0; lead < 256; lead++) {
            agrees(new byte[] {(byte) lead});
            for (int second = 0; second < 256; second++) {
                agrees(new byte[] {(byte) lead, (byte) second});
                for (int third : later) {
                    agrees(new byte[] {(byte) lead, (byte) second, (byte) third});
                    for (int fourth : later) {
                        agrees(new byte[] {(byte) lead, (byte) second, (byte) third, (byte) fourth});
                    }
                }
            }
        }
    }

    @Test
    void agreesWithTheDecoderOnTextsWithAByteChanged() {
        Random random = new Random(SEED);
        byte[] text = "plain text of some length, Gefälle – 水位 𝄞 and plain again".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 100_000; round++) {
            byte[] changed = Arrays.copyOf(text, 1 + random.nextInt(text.length));
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            agrees(changed);
        }
    }

    @Test
    void findsTheOneFaultWhereverItIs() {
        for (int length = 1; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                byte[] bytes = "a".repeat(length).getBytes(StandardCharsets.US_ASCII);
                assertEquals(Utf8.WELL_FORMED, Utf8.firstFault(bytes));
                bytes[at] = (byte) 0xff;
                assertEquals(at, Utf8.firstFault(bytes));
            }
        }
        assertEquals(Utf8.WELL_FORMED, Utf8.firstFault(new byte[0]));
    }
}
