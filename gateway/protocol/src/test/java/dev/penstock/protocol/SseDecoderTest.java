package dev.penstock.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseDecoderTest {

    /** A frame with everything that must not depend on where the bytes were cut. */
    private record Seen(String raw, String data, String event, boolean identified, boolean done) {
        static Seen of(SseFrame frame) {
            String raw = new String(frame.bytes(), frame.start(), frame.length(), StandardCharsets.UTF_8);
            return new Seen(raw, frame.dataText(), frame.event(), frame.identified(), frame.isDone());
        }
    }

    private static List<Seen> decode(byte[] bytes, int limit, int... cuts) throws SseRejectedException {
        SseDecoder decoder = new SseDecoder(limit);
        List<SseFrame> frames = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            decoder.feed(Arrays.copyOfRange(bytes, from, to));
            drain(decoder, frames);
            from = to;
        }
        decoder.finish();
        drain(decoder, frames);
        // Looked at last: frames given out earlier must not have been written over.
        return frames.stream().map(Seen::of).toList();
    }

    private static void drain(SseDecoder decoder, List<SseFrame> into) throws SseRejectedException {
        for (Optional<SseFrame> frame = decoder.next(); frame.isPresent(); frame = decoder.next()) {
            into.add(frame.get());
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void anyCutGivesTheSameFrames() throws Exception {
        long seed = 20261120;
        Random random = new Random(seed);
        String[] lines = {
            "data: {\"a\":\"€𝄞ß\"}",
            "data:x",
            "data",
            "data:",
            ": note",
            "event: error",
            "id: 7",
            "retry: 3",
            "data: [DONE]"
        };
        String[] ends = {"\n", "\r\n", "\r"};
        for (int round = 0; round < 3000; round++) {
            StringBuilder stream = new StringBuilder();
            for (int line = random.nextInt(12); line >= 0; line--) {
                stream.append(random.nextInt(3) == 0 ? "" : lines[random.nextInt(lines.length)]);
                stream.append(ends[random.nextInt(ends.length)]);
            }
            byte[] bytes = utf8(stream.toString());
            int[] cuts =
                    random.ints(random.nextInt(8), 0, bytes.length + 1).sorted().toArray();
            assertEquals(
                    decode(bytes, 1 << 20),
                    decode(bytes, 1 << 20, cuts),
                    () -> "seed " + seed + ", stream " + stream + ", cuts " + Arrays.toString(cuts));
        }
    }

    @Test
    void everySingleByteCutGivesTheSameFrames() throws Exception {
        byte[] bytes = utf8("data: a\r\n\r\n: hi\n\ndata: b\ndata: c\n\nevent: x\rdata: d\r\rdata: [DONE]\n\n");
        int[] cuts = java.util.stream.IntStream.range(1, bytes.length).toArray();
        assertEquals(decode(bytes, 64), decode(bytes, 64, cuts));
        assertEquals(
                List.of("a", "", "b\nc", "d", "[DONE]"),
                decode(bytes, 64, cuts).stream().map(Seen::data).toList());
    }

    /** Among bytes that a mistake in testing many at once would take for a break. */
    @Test
    void aLineEndsWhereverItsBreakIs() throws Exception {
        byte[] alike = {(byte) 0x8a, (byte) 0x8d, 0x0b, 0x09, 0x0c, 0x0e, (byte) 0x80, (byte) 0xff, 0x00, 'a'};
        for (int length = 0; length < 40; length++) {
            for (int first = 0; first < alike.length; first++) {
                for (String end : List.of("\n\n", "\r\r", "\r\n\r\n")) {
                    byte[] bytes = utf8("data:" + ".".repeat(length) + end + "data:" + "\u0001".repeat(9));
                    for (int i = 0; i < length; i++) {
                        bytes[5 + i] = alike[(first + i) % alike.length];
                    }
                    SseDecoder decoder = new SseDecoder(1000);
                    decoder.feed(bytes);
                    SseFrame frame = decoder.next().orElseThrow();
                    assertEquals(5, frame.dataStart());
                    assertEquals(5 + length, frame.dataEnd());
                    assertEquals(5 + length + end.length(), frame.end());
                    assertEquals(Optional.empty(), decoder.next());
                }
            }
        }
    }

    @Test
    void framesTogetherAreTheStreamByteForByte() throws Exception {
        String stream = "data: {\"n\":12345678901234567890123}\r\n\r\n: ping\n\ndata: [DONE]\n\n";
        StringBuilder joined = new StringBuilder();
        decode(utf8(stream), 1024).forEach(frame -> joined.append(frame.raw()));
        assertEquals(stream, joined.toString());
    }

    @Test
    void readsTheFields() throws Exception {
        List<Seen> frames = decode(utf8("event: error\nid: 1\ndata:  two blanks\n\n"), 1024);
        assertEquals(1, frames.size());
        assertEquals(" two blanks", frames.getFirst().data());
        assertEquals("error", frames.getFirst().event());
        assertTrue(frames.getFirst().identified());
        assertFalse(frames.getFirst().done());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 5000})
    void cutsAnEndlessLineAtTheLimit(int chunk) {
        SseDecoder decoder = new SseDecoder(1000);
        assertThrows(SseRejectedException.class, () -> {
            for (int sent = 0; sent <= 1000 + chunk; sent += chunk) {
                decoder.feed(new byte[chunk]);
                assertEquals(Optional.empty(), decoder.next());
            }
        });
        assertTrue(decoder.pendingBytes() <= 1000 + chunk);
    }

    @Test
    void aLongStreamOfShortFramesMeetsNoLimit() throws Exception {
        byte[] bytes = utf8("data: 12345678\n\n".repeat(10_000));
        assertEquals(10_000, decode(bytes, 16).size());
    }

    @Test
    void knowsWhenTheStreamWasCutWithinAFrame() throws Exception {
        SseDecoder decoder = new SseDecoder(100);
        decoder.feed(utf8("data: a\n\ndata: b\n"));
        assertTrue(decoder.next().isPresent());
        assertTrue(decoder.next().isEmpty());
        decoder.finish();
        assertTrue(decoder.next().isEmpty());
        assertEquals("data: b\n".length(), decoder.pendingBytes());
    }
}
