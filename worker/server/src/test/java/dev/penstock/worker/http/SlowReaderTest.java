package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.worker.config.LimitsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A reader that takes nothing costs a bounded amount of memory and time, and nobody else anything. */
final class SlowReaderTest {
    private static final ByteSize BODIES = ByteSize.mebibytes(16);
    private static final String PIECE = "x".repeat(64 << 10);

    private static Socket ask(RoutesFixture fixture) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.port()));
        String body = "{\"model\":\"org/mini\",\"prompt\":\"x\",\"stream\":true}";
        socket.getOutputStream()
                .write(("POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length() + "\r\n\r\n"
                                + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The socket buffers of both ends take megabytes on their own. */
    private static boolean fillUntilCancelled(FakeLanguageModel.Run run) throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            run.say(PIECE);
            if (run.cancelled.await(10, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void moreThanMayWaitCancelsTheGeneration() throws Exception {
        LimitsConfig limits =
                new LimitsConfig(ByteSize.kibibytes(64), Duration.ofMinutes(10), ByteSize.mebibytes(1), BODIES);
        try (RoutesFixture fixture = new RoutesFixture(limits, any -> true)) {
            fixture.openModels();
            try (Socket socket = ask(fixture)) {
                FakeLanguageModel.Run run = fixture.model.next();

                assertTrue(fillUntilCancelled(run), "not cancelled");
                assertTrue(socket.isConnected());
            }
            // Others are served as before.
            fixture.model.script(run -> run.say("a").stop());
            assertEquals(
                    200,
                    fixture.post(RoutesFixture.COMPLETIONS, "{\"model\":\"org/mini\",\"prompt\":\"x\"}")
                            .statusCode());
            assertTrue(
                    fixture.drain
                            .drain(fixture.vertx, Duration.ofSeconds(10))
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(20, TimeUnit.SECONDS),
                    "still in flight");
        }
    }

    @Test
    void takingNothingForTooLongCancelsTheGeneration() throws Exception {
        LimitsConfig limits =
                new LimitsConfig(ByteSize.mebibytes(40), Duration.ofMillis(200), ByteSize.mebibytes(1), BODIES);
        try (RoutesFixture fixture = new RoutesFixture(limits, any -> true)) {
            fixture.openModels();
            try (Socket socket = ask(fixture)) {
                FakeLanguageModel.Run run = fixture.model.next();

                assertTrue(fillUntilCancelled(run), "not cancelled");
                assertTrue(socket.isConnected());
            }
        }
    }
}
