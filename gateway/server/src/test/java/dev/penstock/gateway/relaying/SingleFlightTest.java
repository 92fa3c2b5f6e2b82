package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.RelayTest.DONE;
import static dev.penstock.gateway.relaying.RelayTest.frame;
import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static dev.penstock.gateway.relaying.TestGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Equal requests that come while one of them runs. */
class SingleFlightTest {
    private static final String ZERO = ",\"temperature\":0";
    private static final String STREAM = ZERO + ",\"stream\":true";
    private static final int MANY = 24;

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void end() {
        gate.countDown();
        clients.close();
    }

    private static String word(String text) {
        return frame("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}");
    }

    private static String finish() {
        return frame("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
    }

    /** One word, and the rest when the gate opens. */
    private ScriptedWorker.Script held(int more) {
        return x -> {
            x.raw(SSE_HEAD);
            x.chunk(word("first"));
            gate.await();
            for (int i = 0; i < more; i++) {
                x.chunk(word("-" + "y".repeat(100)));
            }
            x.chunk(finish() + DONE);
            x.lastChunk();
        };
    }

    private Future<HttpResponse<String>> asking(TestGateway gateway, String extra) {
        return clients.submit(() -> gateway.chat(extra));
    }

    private static void reads(Socket socket, String text) throws Exception {
        StringBuilder seen = new StringBuilder();
        while (!seen.toString().contains(text)) {
            int next = socket.getInputStream().read();
            assertTrue(next >= 0, "ended before '" + text + "': " + seen);
            seen.append((char) next);
        }
    }

    @Test
    void oneIsRunForAll() throws Exception {
        ScriptedWorker.Script one = x -> {
            gate.await();
            CachingTest.answering("one").answer(x);
        };
        try (ScriptedWorker worker = new ScriptedWorker(one);
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            List<Future<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                asked.add(asking(gateway, ZERO));
            }
            eventually("all asked", () -> gateway.drain.inFlight() == MANY && worker.requests.size() == 1);
            gate.countDown();
            int shared = 0;
            for (Future<HttpResponse<String>> each : asked) {
                assertEquals("one", CachingTest.said(each.get()));
                shared += CachingTest.cached(each.get()).equals("exact") ? 1 : 0;
            }
            assertEquals(MANY - 1, shared);
            assertEquals(1, worker.requests.size());
            eventually("settled", () -> gateway.records.size() == MANY);
            assertEquals(
                    1,
                    gateway.accounts.stream()
                            .filter(record -> !record.charges().isEmpty())
                            .count());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoFollowsIsToldWhatIsToldAsItIs() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(held(3));
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            try (Socket first = gateway.send(TestGateway.chatBody(STREAM))) {
                reads(first, "first");
                try (Socket second = gateway.send(TestGateway.chatBody(STREAM))) {
                    reads(second, "first"); // while the worker has not ended
                    gate.countDown();
                    reads(first, "[DONE]");
                    reads(second, "[DONE]");
                }
            }
            assertEquals(1, worker.requests.size());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoWantsItInAnotherShapeWaitsForIt() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(held(1));
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            Future<HttpResponse<String>> stream = asking(gateway, STREAM);
            eventually("it runs", () -> worker.requests.size() == 1);
            Future<HttpResponse<String>> whole = asking(gateway, ZERO);
            eventually("both asked", () -> gateway.drain.inFlight() == 2);
            gate.countDown();
            assertEquals(CachingTest.said(stream.get()), CachingTest.said(whole.get()));
            assertEquals("exact", CachingTest.cached(whole.get()));
            assertEquals(1, worker.requests.size());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aFewAreAskedForByManyAndEachIsRunOnce() throws Exception {
        int questions = 5;
        ScriptedWorker.Script one = x -> {
            boolean stream = x.request().body().contains("\"stream\":true");
            (stream ? CachingTest.streaming("one") : CachingTest.answering("one")).answer(x);
        };
        try (ScriptedWorker worker = new ScriptedWorker(one);
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            List<Future<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                asked.add(asking(gateway, ",\"seed\":" + i % questions + (i % 3 == 0 ? STREAM : ZERO)));
            }
            for (Future<HttpResponse<String>> each : asked) {
                assertEquals("one", CachingTest.said(each.get()));
            }
            assertEquals(questions, worker.requests.size());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void theFirstMayLeaveAndTheOthersAreAnswered() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(held(3));
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            Socket first = gateway.send(TestGateway.chatBody(STREAM));
            reads(first, "first");
            Future<HttpResponse<String>> second = asking(gateway, STREAM);
            eventually("both asked", () -> gateway.drain.inFlight() == 2);
            first.setSoLinger(true, 0);
            first.close();
            gate.countDown();
            assertTrue(CachingTest.said(second.get()).startsWith("first-y"));
            assertEquals(1, worker.requests.size());
            memory.await(1);
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whenAllHaveLeftTheWorkerIsLeftToo() throws Exception {
        ScriptedWorker.Script hanging = x -> {
            x.raw(SSE_HEAD);
            x.chunk(word("first"));
            x.hang();
        };
        try (ScriptedWorker worker = new ScriptedWorker(hanging);
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            Socket first = gateway.send(TestGateway.chatBody(STREAM));
            reads(first, "first");
            Socket second = gateway.send(TestGateway.chatBody(STREAM));
            reads(second, "first");
            first.setSoLinger(true, 0);
            first.close();
            eventually("the first is known to have left", () -> gateway.drain.inFlight() <= 2);
            assertEquals(0, worker.hungUp.get());
            second.setSoLinger(true, 0);
            second.close();
            eventually("the worker is let go", () -> worker.hungUp.get() == 1);
            gateway.assertNothingHeld();
            assertEquals(0, memory.cache.entries());
        }
    }

    @Test
    void whoFollowedInVainIsRunItself() throws Exception {
        ScriptedWorker.Script failing = x -> {
            gate.await();
            x.whole(400, "application/json", "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}");
        };
        try (ScriptedWorker worker = new ScriptedWorker(failing);
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            Future<HttpResponse<String>> first = asking(gateway, ZERO);
            eventually("it runs", () -> worker.requests.size() == 1);
            Future<HttpResponse<String>> second = asking(gateway, ZERO);
            eventually("both asked", () -> gateway.drain.inFlight() == 2);
            worker.script(CachingTest.answering("two"));
            gate.countDown();
            assertEquals(400, first.get().statusCode());
            assertEquals("two", CachingTest.said(second.get()));
            assertEquals(2, worker.requests.size());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoFollowsWhatBreaksIsToldSo() throws Exception {
        ScriptedWorker.Script breaking = x -> {
            x.raw(SSE_HEAD);
            x.chunk(word("first"));
            gate.await();
            x.reset();
        };
        try (ScriptedWorker worker = new ScriptedWorker(breaking);
                Memory memory = new Memory("{}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            try (Socket first = gateway.send(TestGateway.chatBody(STREAM))) {
                reads(first, "first");
                try (Socket second = gateway.send(TestGateway.chatBody(STREAM))) {
                    reads(second, "first");
                    gate.countDown();
                    String rest = TestGateway.readAll(second);
                    assertTrue(rest.contains("\"error\""), rest);
                    assertFalse(rest.contains("[DONE]"), rest);
                }
            }
            gateway.assertNothingHeld();
            assertEquals(0, memory.cache.entries());
        }
    }

    @Test
    void anAnswerTooLongToBeKeptIsToldToWhoFollows() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(held(200));
                Memory memory = new Memory("{max-answer: 1KiB}");
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.cache = memory.cache;
            Future<HttpResponse<String>> first = asking(gateway, STREAM);
            eventually("it runs", () -> worker.requests.size() == 1);
            Future<HttpResponse<String>> second = asking(gateway, STREAM);
            eventually("both asked", () -> gateway.drain.inFlight() == 2);
            gate.countDown();
            assertEquals(CachingTest.said(first.get()), CachingTest.said(second.get()));
            assertEquals(1, worker.requests.size());
            gateway.assertNothingHeld();
            assertEquals(0, memory.cache.entries());
        }
    }
}
