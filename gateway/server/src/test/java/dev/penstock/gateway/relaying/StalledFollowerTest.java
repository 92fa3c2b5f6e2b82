package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.RelayTest.DONE;
import static dev.penstock.gateway.relaying.RelayTest.frame;
import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static dev.penstock.gateway.relaying.TestGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.PipelineSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A client that follows an answer and takes nothing of it. */
class StalledFollowerTest {
    private static final String STREAM = ",\"temperature\":0,\"stream\":true";
    private static final int PIECES = 220;
    private static final PipelineSettings IMPATIENT =
            new PipelineSettings(3, 20, 4, Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofMillis(300));

    private static String piece(String text, String finish) {
        return frame("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":" + finish
                + "}]}");
    }

    /** One that has room for next to nothing. */
    private static Socket follower(TestGateway gateway) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        byte[] body = TestGateway.chatBody(STREAM).getBytes(StandardCharsets.UTF_8);
        String head =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        return socket;
    }

    @Test
    void isResetAndWhatWasHeldForItGivenBack() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        ScriptedWorker.Script large = x -> {
            x.raw(SSE_HEAD);
            gate.await();
            for (int i = 0; i < PIECES; i++) {
                x.chunk(piece("y".repeat(32 << 10), "null"));
            }
            x.chunk(piece("", "\"stop\"") + DONE);
            x.lastChunk();
        };
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                ScriptedWorker worker = new ScriptedWorker(large);
                Memory memory = new Memory("{max-answer: 1MiB}");
                TestGateway gateway = new TestGateway(IMPATIENT, TestGateway.PATIENT, 16, worker.uri())) {
            gateway.cache = memory.cache;
            Future<HttpResponse<String>> first = clients.submit(() -> gateway.chat(STREAM));
            eventually("it runs", () -> worker.requests.size() == 1);
            try (Socket second = follower(gateway)) {
                eventually("both asked", () -> gateway.drain.inFlight() == 2);
                gate.countDown();
                assertTrue(CachingTest.said(first.get()).length() == PIECES * (32 << 10));
                gateway.assertNothingHeld(); // while its socket is open
                assertEquals(1, worker.requests.size());
                assertTrue(second.isConnected());
            }
        }
    }
}
