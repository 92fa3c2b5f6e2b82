package dev.penstock.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class Utf8AssemblerTest {
    @Test
    void charactersArriveWholeWhereverTheyAreCut() {
        String text = "naïve café 你好 🙂🇫🇷 Ελλάδα \uD83D\uDC69\u200D\uD83D\uDE80 end";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            Utf8Assembler assembler = new Utf8Assembler();
            StringBuilder out = new StringBuilder();
            for (int at = 0; at < bytes.length; ) {
                int next = Math.min(bytes.length, at + 1 + random.nextInt(5));
                String piece = assembler.append(Arrays.copyOfRange(bytes, at, next));
                assertFalse(piece.contains("\uFFFD"), piece);
                out.append(piece);
                at = next;
            }
            assertEquals(text, out.toString());
            assertEquals(0, assembler.pending());
        }
    }

    @Test
    void bytesThatAreNoTextAreReplaced() {
        byte[][] wrong = {
            {(byte) 0xFF, 'a'},
            {(byte) 0xC3, 'a'},
            {(byte) 0xE4, (byte) 0xBD, 'a'},
            {(byte) 0x80, 'a'},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80, 'a'},
            {(byte) 0xF5, 'a'},
            {(byte) 0xC0, (byte) 0xAF, 'a'}
        };
        for (byte[] bytes : wrong) {
            Utf8Assembler assembler = new Utf8Assembler();
            StringBuilder out = new StringBuilder();
            for (byte b : bytes) {
                out.append(assembler.append(new byte[] {b}));
            }
            assertEquals(new String(bytes, StandardCharsets.UTF_8), out.toString(), Arrays.toString(bytes));
        }
    }
}
