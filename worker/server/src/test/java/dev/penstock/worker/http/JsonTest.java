package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class JsonTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void anyTextReadsBackAsItWas() throws Exception {
        long seed = 20261120;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2000; round++) {
            int length = random.nextInt(40);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                int limit = random.nextInt(4) == 0 ? Character.MAX_CODE_POINT + 1 : 0x100;
                int point = random.nextInt(limit);
                text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '"' : point);
            }
            Json json = new Json(random.nextInt(8));
            byte[] bytes = json.raw("[").string(text.toString()).raw("]").toBytes();
            assertEquals(
                    text.toString(), MAPPER.readTree(bytes).get(0).textValue(), "seed " + seed + ", round " + round);
        }
    }

    @Test
    void halfACharacterIsReplaced() throws Exception {
        assertEquals(
                "a\uFFFDb",
                MAPPER.readTree(new Json(4).string("a\ud800b").toBytes()).textValue());
    }

    @Test
    void impossibleTokensHaveANumberToo() {
        assertEquals("-9999.0", new Json(8).logprob(Double.NEGATIVE_INFINITY).toString());
    }
}
