package dev.penstock.runtime.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.buffer.Buffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldBytesTest {
    @Test
    void nothingIsAnEmptyArray() {
        assertEquals(0, new HeldBytes(100).toBytes().length);
        assertEquals(0, new HeldBytes(-1).toBytes().length);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 999, 70_000, 150_000, 1_000_000, Long.MAX_VALUE})
    void whateverWasExpectedWhatCameIsHeld(long expected) {
        Random random = new Random(expected);
        for (int round = 0; round < 50; round++) {
            Buffer whole = Buffer.buffer();
            HeldBytes held = new HeldBytes(expected);
            for (int pieces = random.nextInt(8); pieces > 0; pieces--) {
                byte[] piece = new byte[random.nextInt(60_000)];
                random.nextBytes(piece);
                whole.appendBytes(piece);
                held.add(Buffer.buffer(piece));
                assertEquals(whole.length(), held.length());
            }
            assertArrayEquals(whole.getBytes(), held.toBytes());
            assertEquals(whole, HeldBytes.buffer(held.toBytes()));
        }
    }

    @Test
    void aBodyAsLongAsExpectedIsNotCopiedAgain() {
        HeldBytes held = new HeldBytes(8);
        held.add(Buffer.buffer("1234"));
        held.add(Buffer.buffer("5678"));
        assertSame(held.toBytes(), held.toBytes());
        assertEquals("12345678", new String(held.toBytes(), java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void aDeclaredLengthIsNotBelievedBeforeTheBytesCome() {
        HeldBytes held = new HeldBytes(Integer.MAX_VALUE);
        held.add(Buffer.buffer("x"));
        assertArrayEquals(new byte[] {(byte) 0x78}, held.toBytes());
    }
}
