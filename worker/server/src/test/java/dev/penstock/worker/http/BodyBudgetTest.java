package dev.penstock.worker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.worker.config.LimitsConfig;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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

    private static Socket begin(RoutesFixture fixture, String header) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("POST /v1/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n" + header + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The body is asked for only once its bytes are taken. */
    private static void awaitContinue(Socket socket) throws Exception {
        InputStream input = socket.getInputStream();
        String line = new String(input.readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length()), StandardCharsets.US_ASCII);
        assertTrue(line.startsWith("HTTP/1.1 100"), line);
    }

    private static void assertRefused(HttpResponse<String> refused) {
        assertEquals(503, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("\"code\":\"overloaded\""), refused.body());
        assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
    }

    @Test
    void oneTooManyIs503UntilTheOthersAreThrough() throws Exception {
        try (RoutesFixture fixture = open()) {
            try (Socket socket = begin(fixture, "content-length: 16777216")) {
                awaitContinue(socket);
                assertRefused(fixture.post(RoutesFixture.COMPLETIONS, SMALL));
            }
            fixture.drained();
            assertEquals(
                    200,
                    fixture.post(RoutesFixture.COMPLETIONS, SMALL).statusCode(),
                    "what a client that left had taken was not given back");
        }
    }

    @Test
    void aBodyWithoutALengthTakesNothingBeforeItComes() throws Exception {
        try (RoutesFixture fixture = open();
                Socket socket = begin(fixture, "transfer-encoding: chunked")) {
            awaitContinue(socket);
            assertEquals(200, fixture.post(RoutesFixture.COMPLETIONS, SMALL).statusCode());
        }
    }

    @Test
    void aBodyWithoutALengthIsRefusedWhereItComesTooFar() throws Exception {
        try (RoutesFixture fixture = open();
                Socket socket = begin(fixture, "content-length: 16777216")) {
            awaitContinue(socket);
            HttpRequest chunked = HttpRequest.newBuilder(fixture.uri(RoutesFixture.COMPLETIONS))
                    .timeout(Duration.ofSeconds(20))
                    .POST(HttpRequest.BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(SMALL.getBytes(StandardCharsets.US_ASCII))))
                    .build();

            assertRefused(fixture.client.send(chunked, HttpResponse.BodyHandlers.ofString()));
        }
    }

    @Test
    void anAnswerGivesBackWhatItsRequestTook() throws Exception {
        try (RoutesFixture fixture = open();
                Socket socket = begin(fixture, "content-length: 16777116")) {
            awaitContinue(socket);
            // There is room for two of them, if none were given back.
            for (int i = 0; i < 5; i++) {
                assertEquals(200, fixture.post(RoutesFixture.COMPLETIONS, SMALL).statusCode());
            }
        }
    }

    @Test
    void aShareIsGivenBackOnceAndWholly() {
        BodyBudget budget = new BodyBudget(100);
        BodyBudget.Share first = budget.take(60).orElseThrow();
        assertEquals(Optional.empty(), budget.take(41));
        assertTrue(first.growTo(50));
        assertTrue(first.growTo(80));
        assertFalse(first.growTo(101));
        assertEquals(80, budget.takenBytes());
        first.retain();
        first.release();
        assertEquals(80, budget.takenBytes());
        first.release();
        assertFalse(first.growTo(90));
        assertEquals(0, budget.takenBytes());
        assertTrue(budget.take(100).isPresent());
        assertEquals(100, budget.takenBytes());
    }
}
