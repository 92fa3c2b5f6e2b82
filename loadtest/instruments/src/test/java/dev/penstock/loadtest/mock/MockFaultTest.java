package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MockFaultTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAT = "/v1/chat/completions";
    private static final String WHOLE = "{\"model\":\"mock\",\"messages\":[{\"content\":\"x\"}]}";
    private static final String STREAM = "{\"model\":\"mock\",\"messages\":[{\"content\":\"x\"}],\"stream\":true}";
    private static final MockAnswer RIGHT = MockSettings.instant().key().answer("x", 16);

    private final MockServer server = new MockServer(MockSettings.instant());

    @AfterEach
    void close() {
        server.close();
    }

    private void always(Fault fault) {
        server.engine.settings(server.engine.settings().withFaults(FaultMix.of(fault, 1)));
    }

    private void assertFailed(Fault fault, long count) throws Exception {
        MockCounters counters = server.awaitCounters(now -> now.failed() == count);
        assertEquals(count, counters.faults(fault), counters::toString);
        assertEquals(0, counters.inFlight(), counters::toString);
        assertEquals(0, counters.streamsInFlight(), counters::toString);
        assertEquals(0, counters.answered(), counters::toString);
        assertEquals(0, counters.abandoned(), counters::toString);
    }

    private static byte[] joined(List<byte[]> frames) {
        StringBuilder all = new StringBuilder();
        frames.forEach(frame -> all.append(new String(frame, StandardCharsets.UTF_8)));
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"500, 500, ''", "503, 503, 1", "429, 429, 1"})
    void statuses(String fault, int status, String retryAfter) throws Exception {
        always(Fault.of(fault));
        HttpResponse<byte[]> response = server.post(CHAT, STREAM);
        assertEquals(status, response.statusCode());
        assertEquals(retryAfter, response.headers().firstValue("retry-after").orElse(""));
        assertTrue(JSON.readTree(response.body()).at("/error/message").isTextual());
        assertFailed(Fault.of(fault), 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, STREAM})
    void aResetComesInsteadOfTheHead(String body) throws Exception {
        always(Fault.RESET);
        try (RawClient client = new RawClient(server.engine.uri())) {
            assertEquals("", client.post(CHAT, body).readToReset());
        }
        assertFailed(Fault.RESET, 1);
    }

    @Test
    void aResetCutsAStreamInHalf() throws Exception {
        always(Fault.RESET_MID_STREAM);
        try (RawClient client = new RawClient(server.engine.uri())) {
            String read = client.post(CHAT, STREAM).readToReset();
            assertEquals(10, read.split("data: ", -1).length - 1, read);
            assertTrue(read.endsWith("\n\n\r\n"), read);
        }
        assertFailed(Fault.RESET_MID_STREAM, 1);
    }

    @Test
    void aResetCutsJsonInHalf() throws Exception {
        always(Fault.RESET_MID_STREAM);
        String right = new String(RIGHT.json("mock", 1), StandardCharsets.UTF_8);
        try (RawClient client = new RawClient(server.engine.uri())) {
            String read = client.post(CHAT, WHOLE).readToReset();
            assertTrue(read.contains("content-length: " + right.getBytes(StandardCharsets.UTF_8).length), read);
            String body = read.substring(read.indexOf("\r\n\r\n") + 4);
            assertTrue(right.startsWith(body) && body.length() > right.length() / 3, body);
        }
        assertFailed(Fault.RESET_MID_STREAM, 1);
    }

    @Test
    void whatHangsIsInFlightUntilItsClientLeaves() throws Exception {
        always(Fault.HANG);
        try (RawClient client = new RawClient(server.engine.uri())) {
            client.post(CHAT, STREAM);
            MockCounters counters = server.awaitCounters(now -> now.faults(Fault.HANG) == 1);
            assertEquals(1, counters.inFlight());
        }
        assertFailed(Fault.HANG, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, STREAM})
    void garbageIsNoJson(String body) throws Exception {
        always(Fault.GARBAGE);
        HttpResponse<byte[]> response = server.post(CHAT, body);
        assertEquals(200, response.statusCode());
        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThrows(IOException.class, () -> JSON.readTree(text.replace("data: ", "")));
        assertTrue(text.indexOf('\ufffd') > 0, text);
        assertFailed(Fault.GARBAGE, 1);
    }

    @Test
    void truncatedJsonEndsInOrder() throws Exception {
        always(Fault.TRUNCATED);
        byte[] right = RIGHT.json("mock", 1);
        assertArrayEquals(
                java.util.Arrays.copyOf(right, right.length / 2),
                server.post(CHAT, WHOLE).body());
        assertFailed(Fault.TRUNCATED, 1);
    }

    @Test
    void aTruncatedStreamEndsInsideAFrame() throws Exception {
        always(Fault.TRUNCATED);
        String right = new String(joined(RIGHT.frames("mock", 1, false)), StandardCharsets.UTF_8);
        String cut = new String(server.post(CHAT, STREAM).body(), StandardCharsets.UTF_8);
        assertTrue(right.startsWith(cut) && cut.length() > right.length() / 3, cut);
        assertFalse(cut.endsWith("\n"), cut);
        assertFailed(Fault.TRUNCATED, 1);
    }

    @Test
    void aStreamWithoutItsDoneIsRightUpToThere() throws Exception {
        always(Fault.MISSING_DONE);
        List<byte[]> frames = RIGHT.frames("mock", 1, false);
        assertArrayEquals(
                joined(frames.subList(0, frames.size() - 1)),
                server.post(CHAT, STREAM).body());
        assertFailed(Fault.MISSING_DONE, 1);
    }

    @Test
    void jsonHasNoDoneToMiss() throws Exception {
        always(Fault.MISSING_DONE);
        assertArrayEquals(RIGHT.json("mock", 1), server.post(CHAT, WHOLE).body());
        MockCounters counters = server.awaitCounters(now -> now.answered() == 1);
        assertEquals(0, counters.faults(Fault.MISSING_DONE));
    }

    @Test
    void anEndlessLineGoesOnUntilItsClientLeaves() throws Exception {
        always(Fault.ENDLESS_LINE);
        try (RawClient client = new RawClient(server.engine.uri())) {
            client.post(CHAT, STREAM).readTo("data: {\"id\":\"");
            for (int i = 0; i < 50; i++) {
                assertFalse(client.readTo("\r\n4000\r\n").contains("\n\n"));
            }
            assertEquals(1, server.engine.counters().inFlight());
        }
        assertFailed(Fault.ENDLESS_LINE, 1);
    }

    @Test
    void aSlowAnswerIsRight() throws Exception {
        server.engine.settings(MockSettings.instant().withPace(Duration.ofMillis(10), Duration.ZERO));
        always(Fault.SLOW);
        long began = System.nanoTime();
        assertArrayEquals(RIGHT.json("mock", 1), server.post(CHAT, WHOLE).body());
        assertTrue(System.nanoTime() - began >= 100_000_000);
        MockCounters counters = server.awaitCounters(now -> now.answered() == 1);
        assertEquals(1, counters.faults(Fault.SLOW));
    }

    @Test
    void whatIsNotOfTheApiDoesNotFail() throws Exception {
        always(Fault.INTERNAL_ERROR);
        for (String path : List.of("/health", "/v1/models", "/mock/stats")) {
            assertEquals(200, server.get(path).statusCode());
        }
        assertEquals(404, server.post(CHAT, WHOLE.replace("mock", "none")).statusCode());
        assertEquals(0, server.engine.counters().faults(Fault.INTERNAL_ERROR));
        assertEquals(1, server.engine.counters().refused());
    }

    @Test
    void aRetryGetsTheSameTextAndFaultsComeAsOftenAsTheyShould() throws Exception {
        long seed = 9;
        server.engine.settings(
                MockSettings.instant().withFaults(new FaultMix(Map.of(Fault.INTERNAL_ERROR, 0.3), seed)));
        int failed = 0;
        for (int i = 0; i < 1000; i++) {
            HttpResponse<byte[]> response = server.post(CHAT, WHOLE);
            if (response.statusCode() == 500) {
                failed++;
            } else {
                assertArrayEquals(RIGHT.json("mock", 1), response.body());
            }
        }
        assertEquals(300, failed, 4 * Math.sqrt(1000 * 0.3 * 0.7), "seed " + seed);
        assertEquals(failed, server.engine.counters().faults(Fault.INTERNAL_ERROR));
        assertEquals(
                1000 - failed, server.awaitCounters(now -> now.inFlight() == 0).answered());
    }
}
