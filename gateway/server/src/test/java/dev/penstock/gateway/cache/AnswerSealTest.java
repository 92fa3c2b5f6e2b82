package dev.penstock.gateway.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AnswerSealTest {
    private static final AnswerSeal SEAL = new AnswerSeal(new byte[32]);

    private static final StoredAnswer ANSWER = Answers.of("name", "acme", 300, 42, Answers.asked("p", 0.3f, -0.8f, 0));

    @Test
    void whatIsSealedIsReadAgain() {
        StoredAnswer read = SEAL.open("name", SEAL.seal(ANSWER)).orElseThrow();
        assertEquals(ANSWER.tenant(), read.tenant());
        assertEquals(ANSWER.nanoUsd(), read.nanoUsd());
        assertEquals(ANSWER.expires(), read.expires());
        assertEquals(ANSWER.used(), read.used());
        assertArrayEquals(ANSWER.answer(), read.answer());
        assertEquals(
                1,
                ANSWER.question()
                        .orElseThrow()
                        .embedding()
                        .cosine(read.question().orElseThrow().embedding()),
                1e-6);
        StoredAnswer bare = Answers.of("bare", "t", 0, -1, Optional.empty());
        assertEquals(
                bare.nanoUsd(), SEAL.open("bare", SEAL.seal(bare)).orElseThrow().nanoUsd());
    }

    @Test
    void nothingOfItCanBeReadOrMoved() {
        byte[] sealed = SEAL.seal(ANSWER);
        assertFalse(new String(sealed, StandardCharsets.ISO_8859_1).contains("acme"));
        assertEquals(Optional.empty(), SEAL.open("other", sealed), "in the place of another");
        assertEquals(
                Optional.empty(), new AnswerSeal("1".repeat(32).getBytes(StandardCharsets.UTF_8)).open("name", sealed));
        assertFalse(Arrays.equals(sealed, SEAL.seal(ANSWER)), "a nonce is used once");
    }

    @Test
    void whatWasChangedIsNone() {
        SplittableRandom random = new SplittableRandom(61);
        byte[] sealed = SEAL.seal(ANSWER);
        for (int i = 0; i < 2_000; i++) {
            byte[] changed =
                    Arrays.copyOf(sealed, random.nextInt(4) == 0 ? random.nextInt(sealed.length) : sealed.length);
            if (changed.length == sealed.length) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertEquals(Optional.empty(), SEAL.open("name", changed));
        }
    }
}
