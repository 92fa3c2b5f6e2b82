package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.RelayTest.DONE;
import static dev.penstock.gateway.relaying.RelayTest.FINISH;
import static dev.penstock.gateway.relaying.RelayTest.ROLE;
import static dev.penstock.gateway.relaying.RelayTest.STREAM;
import static dev.penstock.gateway.relaying.RelayTest.content;
import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static dev.penstock.gateway.relaying.TestGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.PipelineSettings;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.gateway.upstream.RelaySettings;
import dev.penstock.routing.Outcome;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that leave, dawdle or come too many at once, and a gateway that goes down under them. */
@ExtendWith(LeakWatch.class)
class ClientFaultTest {
    private static final long LEAVING_MILLIS = 500;

    /** What comes, up to and with the piece that ends what is wanted. */
    private static String readUntil(Socket socket, String wanted) throws Exception {
        InputStream in = socket.getInputStream();
        StringBuilder seen = new StringBuilder();
        byte[] buffer = new byte[64 << 10];
        while (seen.indexOf(wanted, Math.max(0, seen.length() - buffer.length - wanted.length())) < 0) {
            int n = in.read(buffer);
            assertTrue(n > 0, "ended before " + wanted);
            seen.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        }
        return seen.toString();
    }

    @Test
    void aClientThatLeavesAStreamFreesItsWorker() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE + content("a") + content("b"));
                    x.hang();
                });
                TestGateway gateway = new TestGateway(worker.uri())) {
            try (Socket client = gateway.send(TestGateway.chatBody(STREAM))) {
                readUntil(client, "\"b\"");
            }
            long left = System.nanoTime();
            eventually("the worker's connection is closed", () -> worker.hungUp.get() == 1);
            long millis = (System.nanoTime() - left) / 1_000_000;
            assertTrue(millis <= LEAVING_MILLIS, "cancelled after " + millis + " ms");
            RequestRecord record = gateway.settled();
            assertEquals("client_gone", record.result());
            assertEquals(200, record.status());
            assertEquals(2, record.usage().completionTokens());
            assertTrue(record.usage().estimated());
            assertInstanceOf(Outcome.Cancelled.class, gateway.fleet.outcomes.getFirst());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aClientThatLeavesBeforeTheAnswerFreesItsWorker() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.hang());
                TestGateway gateway = new TestGateway(worker.uri())) {
            try (Socket client = gateway.send(TestGateway.chatBody(""))) {
                eventually("the worker has the request", () -> worker.requests.size() == 1);
                assertTrue(client.isConnected());
            }
            eventually("the worker's connection is closed", () -> worker.hungUp.get() == 1);
            assertEquals("client_gone", gateway.settled().result());
            assertEquals(499, gateway.settled().status());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aClientThatLeavesTheQueueMakesRoomInIt() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        PipelineSettings oneWaits =
                new PipelineSettings(3, 20, 1, Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(20));
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    answer.await();
                    x.whole(200, "application/json", RelayTest.ANSWER);
                });
                TestGateway gateway = new TestGateway(oneWaits, TestGateway.PATIENT, 1, worker.uri());
                Socket served = gateway.send(TestGateway.chatBody(""))) {
            eventually("the worker has the first", () -> worker.requests.size() == 1);
            Socket leaving = gateway.send(TestGateway.chatBody(""));
            eventually("the second is in", () -> gateway.drain.inFlight() == 2);
            HttpResponse<String> third = gateway.chat("");
            assertEquals(503, third.statusCode());
            assertEquals("1", third.headers().firstValue("retry-after").orElseThrow());
            assertTrue(third.body().contains("\"code\":\"overloaded\""), third.body());
            leaving.close();
            eventually("the second has left", () -> gateway.records.stream()
                    .anyMatch(record -> record.result().equals("client_gone")));
            try (Socket fourth = gateway.send(TestGateway.chatBody(""))) {
                eventually("the fourth is in", () -> gateway.drain.inFlight() == 2);
                answer.countDown();
                readUntil(served, "\"Hi\"");
                readUntil(fourth, "\"Hi\"");
            }
            assertEquals(2, worker.requests.size());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aRequestForSeveralTextsWaitsUntilThereIsAPlaceForEach() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    answer.await();
                    x.whole(200, "application/json", RelayTest.ANSWER);
                });
                TestGateway gateway = new TestGateway(TestGateway.SETTINGS, TestGateway.PATIENT, 4, worker.uri());
                Socket two = gateway.send(TestGateway.chatBody(",\"n\":2"))) {
            eventually("the worker has the first", () -> worker.requests.size() == 1);
            assertEquals(2, gateway.fleet.inFlight());
            try (Socket three = gateway.send(TestGateway.chatBody(",\"n\":3"))) {
                eventually("the second is in", () -> gateway.drain.inFlight() == 2);
                assertEquals(1, worker.requests.size(), "two places are left");
                answer.countDown();
                readUntil(two, "\"Hi\"");
                readUntil(three, "\"Hi\"");
            }
            // More than there are: as many as there are.
            assertEquals(200, gateway.chat(",\"n\":9").statusCode());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void theQueueIsFirstComeFirstServedAndKeepsWorkersWithinTheirCapacity() throws Exception {
        PipelineSettings tenWait =
                new PipelineSettings(3, 20, 10, Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(20));
        List<Socket> clients = new ArrayList<>();
        CountDownLatch open = new CountDownLatch(1);
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    open.await();
                    x.whole(200, "application/json", RelayTest.ANSWER);
                });
                TestGateway gateway = new TestGateway(tenWait, TestGateway.PATIENT, 1, worker.uri())) {
            for (int i = 0; i < 8; i++) {
                int nth = i + 1;
                clients.add(gateway.send(TestGateway.chatBody(",\"user\":\"" + i + "\"")));
                eventually("request " + nth + " is in", () -> gateway.drain.inFlight() == nth);
            }
            assertEquals(1, gateway.fleet.inFlight());
            open.countDown();
            for (Socket client : clients) {
                try (client) {
                    readUntil(client, "\"Hi\"");
                }
            }
            for (int i = 0; i < 8; i++) {
                assertTrue(worker.requests.get(i).body().contains("\"user\":\"" + i + "\""));
            }
            gateway.assertNothingHeld();
        }
    }

    @Test
    void waitingForRoomHasAnEnd() throws Exception {
        PipelineSettings shortQueue =
                new PipelineSettings(3, 20, 4, Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(20));
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.hang());
                TestGateway gateway = new TestGateway(shortQueue, TestGateway.PATIENT, 1, worker.uri())) {
            try (Socket first = gateway.send(TestGateway.chatBody(""))) {
                eventually("the worker has the first", () -> worker.requests.size() == 1);
                assertEquals(503, gateway.chat("").statusCode());
                assertTrue(gateway.settled().queued().toMillis() >= 200);
                assertTrue(first.isConnected());
            }
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aBodyOfUndeclaredLengthIsCountedAsItComes() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", RelayTest.ANSWER));
                TestGateway gateway = new TestGateway(worker.uri())) {
            byte[] body = TestGateway.chatBody(",\"user\":\"" + "x".repeat(200_000) + "\"")
                    .getBytes(StandardCharsets.UTF_8);
            assertEquals(200, gateway.postChunked(body).statusCode());
            gateway.assertNothingHeld();

            long taken = (64 << 20) - 100_000;
            assertTrue(gateway.budget.tryTake(taken));
            HttpResponse<String> refused = gateway.postChunked(body);
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("\"code\":\"overloaded\""), refused.body());
            assertEquals("1", refused.headers().firstValue("retry-after").orElseThrow());
            gateway.budget.adjust(-taken);
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aSlowReaderHoldsItsWorkerBackAndLosesNothing() throws Exception {
        AtomicLong sent = new AtomicLong();
        String piece = content("x".repeat(4000));
        int pieces = 5000;
        RelaySettings manyFrames = new RelaySettings(
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                1 << 20,
                256 << 10,
                1 << 20,
                10_000);
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    for (int i = 0; i < pieces; i++) {
                        x.chunk(piece);
                        sent.addAndGet(piece.length());
                    }
                    x.chunk(FINISH + DONE);
                    x.lastChunk();
                });
                TestGateway gateway = new TestGateway(TestGateway.SETTINGS, manyFrames, 16, worker.uri());
                Socket client = gateway.send(TestGateway.chatBody(STREAM))) {
            AtomicLong most = new AtomicLong();
            untilUnchanged(sent, () -> most.accumulateAndGet(gateway.budget.held(), Math::max));
            assertTrue(sent.get() < (long) pieces * piece.length(), "the worker was never held back");
            assertTrue(most.get() <= 256 << 10, most + " bytes held");
            String all = readUntil(client, "[DONE]");
            assertEquals(pieces, all.split("xxxx\"\\}", -1).length - 1);
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aWorkerThatDiesUnderASlowReaderEndsInAnError() throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch die = new CountDownLatch(1);
        String piece = content("x".repeat(4000));
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    Thread.ofVirtual().start(() -> {
                        try {
                            die.await();
                            x.socket().close();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    while (true) {
                        x.chunk(piece);
                        sent.addAndGet(piece.length());
                    }
                });
                TestGateway gateway = new TestGateway(worker.uri());
                Socket client = gateway.send(TestGateway.chatBody(STREAM))) {
            untilUnchanged(sent, () -> {});
            die.countDown();
            eventually("the worker is gone", () -> worker.hungUp.get() == 1);
            String all = TestGateway.readAll(client);
            assertTrue(all.contains("event: error\ndata: "), "no error");
            assertFalse(all.contains("[DONE]"));
            gateway.assertNothingHeld();
        }
    }

    /** Until the worker can send no more: what it has sent is the same for a while. */
    private static void untilUnchanged(AtomicLong sent, Runnable each) {
        long[] last = {-1, 0};
        eventually("the worker is held back", () -> {
            each.run();
            if (last[0] != sent.get()) {
                last[0] = sent.get();
                last[1] = System.nanoTime();
            }
            return last[0] > 0 && System.nanoTime() - last[1] > 300_000_000L;
        });
    }

    @Test
    void aReaderThatTakesNothingIsGivenUp() throws Exception {
        RelaySettings shortStall = new RelaySettings(
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofMillis(300),
                1 << 20,
                256 << 10,
                1 << 20,
                1_000_000);
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    String piece = content("x".repeat(4000));
                    while (true) {
                        x.chunk(piece);
                    }
                });
                TestGateway gateway = new TestGateway(TestGateway.SETTINGS, shortStall, 16, worker.uri());
                Socket client = gateway.send(TestGateway.chatBody(STREAM))) {
            assertTrue(client.isConnected());
            eventually("the worker is let go", () -> worker.hungUp.get() == 1);
            assertEquals("client_gone", gateway.settled().result());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void drainingFinishesWhatIsInAndRefusesWhatComes() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedWorker worker = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(ROLE + content("a"));
                    go.await();
                    x.chunk(FINISH + DONE);
                    x.lastChunk();
                });
                TestGateway gateway = new TestGateway(worker.uri());
                Socket client = gateway.send(TestGateway.chatBody(STREAM))) {
            readUntil(client, "\"a\"");
            var drained = gateway.drain.drain(gateway.vertx, Duration.ofSeconds(20));
            HttpResponse<String> late = gateway.chat("");
            assertEquals(503, late.statusCode());
            assertTrue(late.body().contains("\"code\":\"draining\""), late.body());
            assertTrue(!drained.isComplete());
            go.countDown();
            readUntil(client, "[DONE]");
            assertTrue(drained.await());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void everyWorkerDeadIsA503WithATimeToComeBack() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.hang());
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.fleet.dead.add(0);
            HttpResponse<String> response = gateway.chat("");
            assertEquals(503, response.statusCode());
            assertEquals("5", response.headers().firstValue("retry-after").orElseThrow());
            assertTrue(response.body().contains("\"code\":\"no_live_worker\""), response.body());
        }
    }
}
