package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.worker.config.LimitsConfig;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of all requests together take a bounded amount of memory. */
final class BodyBudgetTest {
    /** As much as one body may have by the listener's default. */
    private static final ByteSize LIMIT = ByteSize.mebibytes(16);

    private static final String SMALL = "{\"model\":\"org/mini\",\"prompt\":\"x\"}";

    private static RoutesFixture open() throws Exception {
        RoutesFixture fixture = new RoutesFixture(
                new LimitsConfig(ByteSize.kibibytes(64), Duration.ofMinutes(10), ByteSize.mebibytes(1), LIMIT),
                any -> true);
        fixture.openModels();
        fixture.model.script(run -> run.say("a").stop());
        return fixture;
    }

    private static Socket begin(RoutesFixture fixture, String header, String start) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("POST /v1/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n" + header + "\r\n\r\n"
                                + start)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The body is asked for only once its bytes are taken. */
    private static void awaitContinue(Socket socket) throws Exception {
        InputStream input = socket.getInputStream();
        String line = new String(input.readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length()), StandardCharsets.US_ASCII);
        assertTrue(line.startsWith("HTTP/1.1 100"), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 16777216", "transfer-encoding: chunked"})
    void oneTooManyIs503UntilTheOthersAreThrough(String header) throws Exception {
        try (RoutesFixture fixture = open()) {
            try (Socket socket = begin(fixture, header, "")) {
                awaitContinue(socket);
                HttpResponse<String> refused = fixture.post(RoutesFixture.COMPLETIONS, SMALL);

                assertEquals(503, refused.statusCode(), refused.body());
                assertTrue(refused.body().contains("\"code\":\"overloaded\""), refused.body());
                assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
            }
            fixture.drained();
            assertEquals(
                    200,
                    fixture.post(RoutesFixture.COMPLETIONS, SMALL).statusCode(),
                    "what a client that left had taken was not given back");
        }
    }

    @Test
    void anAnswerGivesBackWhatItsRequestTook() throws Exception {
        try (RoutesFixture fixture = open()) {
            String body = "{\"model\":\"org/mini\",\"prompt\":\"" + "x".repeat(9 << 20) + "\"}";
            for (int i = 0; i < 2; i++) {
                assertEquals(200, fixture.post(RoutesFixture.COMPLETIONS, body).statusCode());
            }
        }
    }

    @Test
    void aShareIsGivenBackOnceAndWholly() {
        BodyBudget budget = new BodyBudget(100);
        BodyBudget.Share first = budget.take(60).orElseThrow();
        assertEquals(Optional.empty(), budget.take(41));
        first.shrink(20);
        assertEquals(20, budget.takenBytes());
        first.retain();
        first.release();
        assertEquals(20, budget.takenBytes());
        first.release();
        first.shrink(10);
        assertEquals(0, budget.takenBytes());
        assertTrue(budget.take(100).isPresent());
        assertEquals(100, budget.takenBytes());
    }
}
