package dev.penstock.loadtest.mock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class MockPaceTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final String CHAT = "/v1/chat/completions";

    private static String body(boolean stream, int tokens) {
        return "{\"model\":\"mock\",\"messages\":[{\"content\":\"x\"}],\"stream\":" + stream + ",\"max_tokens\":"
                + tokens + "}";
    }

    private static byte[] right(MockSettings settings, int tokens) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        settings.key().answer("x", tokens).frames("mock", 1, false).forEach(all::writeBytes);
        return all.toByteArray();
    }

    @Test
    void aStreamTakesItsTimeAndArrivesWhole() throws Exception {
        MockSettings settings = MockSettings.instant().withPace(Duration.ofMillis(30), Duration.ofMillis(3));
        try (MockServer server = new MockServer(settings)) {
            long began = System.nanoTime();
            assertArrayEquals(
                    right(settings, 20), server.post(CHAT, body(true, 20)).body());
            assertTrue(System.nanoTime() - began >= (30 + 19 * 3) * 1_000_000L);
        }
    }

    @Test
    void jsonTakesAsLongAsAStream() throws Exception {
        MockSettings settings = MockSettings.instant().withPace(Duration.ofMillis(30), Duration.ofMillis(3));
        try (MockServer server = new MockServer(settings)) {
            long began = System.nanoTime();
            assertEquals(200, server.post(CHAT, body(false, 20)).statusCode());
            assertTrue(System.nanoTime() - began >= (30 + 19 * 3) * 1_000_000L);
        }
    }

    @Test
    void theFirstTokenDoesNotWaitForTheSecond() throws Exception {
        try (MockServer server = new MockServer(MockSettings.instant().withPace(Duration.ofMillis(1), LONG));
                RawClient client = new RawClient(server.engine.uri())) {
            String read = client.post(CHAT, body(true, 20)).readTo("\"content\":\" ");
            assertTrue(read.contains("\"role\":\"assistant\""), read);
            assertEquals(1, server.engine.counters().streamsInFlight());
        }
    }

    @Test
    void aClientThatLeavesStopsItsStream() throws Exception {
        try (MockServer server =
                new MockServer(MockSettings.instant().withPace(Duration.ofMillis(1), Duration.ofMillis(5)))) {
            try (RawClient client = new RawClient(server.engine.uri())) {
                client.post(CHAT, body(true, 100_000)).readTo("\"content\":\" ");
                assertEquals(1, server.engine.counters().inFlight());
            }
            MockCounters counters = server.awaitCounters(now -> now.abandoned() == 1);
            assertEquals(0, counters.inFlight());
            assertEquals(0, counters.streamsInFlight());
            assertEquals(0, counters.answered());
        }
    }

    @Test
    void aClientThatLeavesBeforeTheFirstTokenIsCounted() throws Exception {
        try (MockServer server = new MockServer(MockSettings.instant().withPace(LONG, LONG))) {
            try (RawClient client = new RawClient(server.engine.uri())) {
                client.post(CHAT, body(false, 2));
                server.awaitCounters(now -> now.inFlight() == 1);
            }
            assertEquals(0, server.awaitCounters(now -> now.abandoned() == 1).inFlight());
        }
    }

    @Test
    void aStreamWaitsForItsClientAndLosesNothing() throws Exception {
        MockSettings settings = MockSettings.instant().withKey(new AnswerKey(4, 16_384));
        try (MockServer server = new MockServer(settings);
                RawClient client = new RawClient(server.engine.uri())) {
            client.post(CHAT, body(true, 500));
            server.awaitCounters(now -> now.streamsInFlight() == 1);
            // More than the kernel takes for a client that does not read.
            assertEquals(0, server.engine.counters().answered());
            List<String> tokens = settings.key().answer("x", 500).tokens();
            for (int i = 0; i < 500; i += 50) {
                client.readTo(tokens.get(i).substring(1_000, 2_000));
            }
            client.readTo("[DONE]\n\n\r\n0\r\n\r\n");
            server.awaitCounters(now -> now.answered() == 1 && now.streamsInFlight() == 0);
        }
    }

    @Test
    void moreThanTheLimitIsRefusedUntilThereIsRoom() throws Exception {
        MockSettings settings = MockSettings.instant().withMaxConcurrent(1);
        try (MockServer server = new MockServer(settings.withPace(LONG, LONG))) {
            try (RawClient client = new RawClient(server.engine.uri())) {
                client.post(CHAT, body(false, 2));
                server.awaitCounters(now -> now.inFlight() == 1);
                HttpResponse<byte[]> response = server.post(CHAT, body(false, 2));
                assertEquals(503, response.statusCode());
                assertEquals("1", response.headers().firstValue("retry-after").orElse(""));
                assertEquals(
                        "overloaded",
                        new ObjectMapper()
                                .readTree(response.body())
                                .at("/error/code")
                                .textValue());
            }
            server.awaitCounters(now -> now.inFlight() == 0);
            server.engine.settings(settings);
            assertEquals(200, server.post(CHAT, body(false, 2)).statusCode());
            MockCounters counters = server.awaitCounters(now -> now.answered() == 1);
            assertEquals(1, counters.limited());
            assertEquals(3, counters.requests());
        }
    }

    @Test
    void manyStreamsShareALoop() throws Exception {
        MockSettings settings = MockSettings.instant().withPace(Duration.ofMillis(5), Duration.ofMillis(1));
        try (MockServer server = new MockServer(settings)) {
            List<CompletableFuture<HttpResponse<byte[]>>> streams = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                streams.add(server.posting(CHAT, body(true, 50)));
            }
            for (CompletableFuture<HttpResponse<byte[]>> stream : streams) {
                assertArrayEquals(right(settings, 50), stream.join().body());
            }
        }
    }

    @Test
    void anEngineStopsWithRequestsInFlight() throws Exception {
        MockServer server = new MockServer(MockSettings.instant().withPace(LONG, LONG));
        try (RawClient client = new RawClient(server.engine.uri())) {
            client.post(CHAT, body(false, 2));
            server.awaitCounters(now -> now.inFlight() == 1);
            server.close();
            assertEquals(0, server.engine.counters().inFlight());
        }
    }
}
