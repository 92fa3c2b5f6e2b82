package dev.penstock.runtime.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes on raw sockets: what a client library would never send. */
class ListenerGuardsTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
    private static EchoServer server;

    static ListenerConfig config(String yaml) {
        return ConfigLoader.with(SecretResolver.of(Map.of()))
                .parse("test", yaml, Path.of(""), ListenerConfig.class)
                .orThrow();
    }

    @BeforeAll
    static void open() {
        server = new EchoServer(config("{port: 0, max-body: 64KiB, header-timeout: 300ms, body-timeout: 300ms}"));
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @BeforeEach
    void forget() {
        server.seen.clear();
    }

    private static String head(String... headers) {
        return "POST /echo HTTP/1.1\r\nHost: h\r\n" + String.join("", headers) + "\r\n";
    }

    private static void assertRefused(String status, String bytes) throws IOException {
        String answer = server.exchange(bytes);
        assertTrue(answer.matches("(?s)HTTP/1[.][01] " + status + " .*"), answer);
        assertTrue(answer.contains("\"error\":{"), answer);
        assertEquals(List.of(), server.seen, "nothing of it is served");
        assertEquals(answer.indexOf("HTTP/1"), answer.lastIndexOf("HTTP/1"), "one answer: " + answer);
    }

    static Stream<String> ambiguousHeads() {
        return Stream.of(
                head("Content_Length: 36\r\n"),
                head("Content-Length : 36\r\n"),
                head("Content-Length\t: 36\r\n"),
                head(" Content-Length: 36\r\n"),
                head("X: 1\r\n", " Content-Length: 36\r\n"),
                head("Content\rLength: 36\r\n"),
                head("Transfer-Encodin\u0007: chunked\r\n"),
                head("content\rlength: 36\r\n"),
                head("Content-Length\u0000: 36\r\n"),
                head("Content.Length: 36\r\n"),
                head("ContentLength: 36\r\n"),
                head("Content--Length: 36\r\n"),
                head("Content-Length\u00a0: 36\r\n"),
                head("Content-Length: 36\r\n", "Content_Length: 0\r\n"),
                head("Content-Length: 36\r\n", "Content-Length: 36\r\n"),
                head("Content-Length: 36\r\n", "Content-Length: 0\r\n"),
                head("Content-Length: 36, 36\r\n"),
                head("Content-Length: +36\r\n"),
                head("Content-Length: -1\r\n"),
                head("Content-Length: 0x24\r\n"),
                head("Content-Length: 3 6\r\n"),
                head("Content-Length: \u000b36\r\n"),
                head("Content-Length: 36\r\n 0\r\n"),
                head("Content-Length: 99999999999999999999\r\n"),
                head("Content-Length:\r\n"),
                head("Content-Length: 36\r\n", "Transfer-Encoding: chunked\r\n"),
                head("Transfer-Encoding: chunked\r\n", "Content-Length: 36\r\n"),
                head("Transfer-Encoding: xchunked\r\n"),
                head("Transfer-Encoding: chunked, identity\r\n"),
                head("Transfer-Encoding: gzip, chunked\r\n"),
                head("Transfer-Encoding: identity\r\n"),
                head("Transfer-Encoding: \"chunked\"\r\n"),
                head("Transfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\n"),
                head("Transfer_Encoding: chunked\r\n"),
                head("Transfer-Encoding : chunked\r\n"),
                head("Transfer-Encoding:\u000bchunked\r\n"),
                head("Transfer-Encoding\r\n : chunked\r\n"),
                head("Host: other\r\n"),
                head(": no name\r\n"),
                head("no colon\r\n"),
                head("X: a\nContent-Length: 36\r\n"),
                head("X: a\r\rContent-Length: 36\r\n"),
                head("X: a\u0000b\r\n"),
                "POST /echo HTTP/1.1\r\n\r\n",
                "POST /echo HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
                "POST /echo\r\nHost: h\r\n\r\n",
                "POST  /echo HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST /echo HTTP/1.1\nHost: h\n\n",
                "POST\t/echo\tHTTP/1.1\r\nHost: h\r\n\r\n",
                "\u0000\u0001POST /echo HTTP/1.1\r\nHost: h\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000");
    }

    @ParameterizedTest
    @MethodSource("ambiguousHeads")
    void whatAnotherServerMightReadOtherwiseIsRefusedAndTheConnectionClosed(String head) throws IOException {
        assertRefused("400", head + SMUGGLED);
    }

    /** Every way to change one byte of the name; none may end a body that the name does not declare. */
    @Test
    void noNameOneByteAwayFromContentLengthFramesABody() throws IOException {
        byte[] name = "Content-Length".getBytes(StandardCharsets.US_ASCII);
        int[] bytes = IntStream.range(0, 256)
                .filter(value -> !Character.isLetterOrDigit(value) || value > 127)
                .toArray();
        for (int position = 0; position < name.length; position++) {
            for (int value : bytes) {
                if (value == name[position]) {
                    continue;
                }
                byte[] changed = name.clone();
                changed[position] = (byte) value;
                String header = new String(changed, StandardCharsets.ISO_8859_1);
                String answer = server.exchange(
                        head(header + ": " + SMUGGLED.length() + "\r\nConnection: close\r\n") + SMUGGLED);
                boolean refused = answer.startsWith("HTTP/1.1 400 ");
                boolean servedWithoutBody = answer.startsWith("HTTP/1.1 200 ")
                        && answer.contains("\r\n\r\nPOST /echo ")
                        && !answer.contains("POST /echo GET");
                assertTrue(refused || servedWithoutBody, header + ": " + answer);
            }
        }
    }

    @Test
    void aWellFormedRequestIsServedHoweverItsBytesArrive() throws Exception {
        String request =
                "\r\n" + head("Content-Length: 5\r\n", "X-Content-Length: 9\r\n", "Connection: close\r\n") + "hello";
        try (Socket socket = server.connect()) {
            socket.setTcpNoDelay(true);
            OutputStream output = socket.getOutputStream();
            for (byte value : request.getBytes(StandardCharsets.US_ASCII)) {
                output.write(value);
                output.flush();
            }
            String answer = EchoServer.readAll(socket.getInputStream());
            assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("POST /echo hello"), answer);
        }
    }

    @Test
    void pipelinedAndChunkedRequestsAreServedInOrder() throws Exception {
        String chunked = head("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        String last = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        String answer = server.exchange(chunked + head("Content-Length: 2\r\n") + "fg" + last);
        assertTrue(
                answer.matches(
                        "(?s)HTTP/1.1 200 .*POST /echo abcdeHTTP/1.1 200 .*POST /echo fgHTTP/1.1 200 .*GET /last "),
                answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"g\r\nabc\r\n", "3\nabc\r\n", "-3\r\nabc\r\n", "3\r\nabcX\r\n", "ffffffffffffffff\r\n"})
    void brokenChunksEndTheConnection(String chunks) throws Exception {
        server.exchange(head("Transfer-Encoding: chunked\r\n") + chunks + "0\r\n\r\n" + SMUGGLED);
        assertEquals(List.of("POST /echo"), server.seen);
    }

    @Test
    void largeHeadsAreRefused() throws Exception {
        assertRefused("431", head("X: " + "x".repeat(20_000) + "\r\n"));
        String many =
                IntStream.range(0, 2000).mapToObj(i -> "X" + i + ": 12345\r\n").reduce("", String::concat);
        assertRefused("431", head(many));
        assertRefused("414", "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    @Test
    void largeBodiesAreRefusedBeforeTheyAreRead() throws Exception {
        assertRefused("413", head("Content-Length: 100000000000\r\n"));
        assertRefused("413", head("Content-Length: 65537\r\n", "Expect: 100-continue\r\n"));
        assertRefused("417", head("Content-Length: 5\r\n", "Expect: the unexpected\r\n"));
    }

    @Test
    void largeChunkedBodiesAreCutAtTheLimit() throws Exception {
        try (Socket socket = server.connect()) {
            OutputStream output = socket.getOutputStream();
            output.write(head("Transfer-Encoding: chunked\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 5; i++) {
                output.write(chunk);
            }
            output.flush();
            String answer = EchoServer.readUntil(socket.getInputStream(), "}}");
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(answer.contains("body_too_large"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "deflate, gzip", "identity, gzip"})
    void compressedBodiesAreRefused(String encoding) throws Exception {
        assertRefused("415", head("Content-Length: 5\r\n", "Content-Encoding: " + encoding + "\r\n") + "hello");
    }

    @Test
    void expectContinueIsAnswered() throws Exception {
        try (Socket socket = server.connect()) {
            OutputStream output = socket.getOutputStream();
            output.write(
                    head("Content-Length: 5\r\n", "Expect: 100-continue\r\n").getBytes(StandardCharsets.US_ASCII));
            output.flush();
            EchoServer.readUntil(socket.getInputStream(), "HTTP/1.1 100 Continue\r\n\r\n");
            output.write("hello".getBytes(StandardCharsets.US_ASCII));
            output.flush();
            EchoServer.readUntil(socket.getInputStream(), "POST /echo hello");
        }
    }

    @Test
    void slowHeadsAreAnswered408() throws Exception {
        String answer = server.exchange("POST /echo HTTP/1.1\r\nHost: h\r\nX: slow");
        assertTrue(answer.startsWith("HTTP/1.1 408 ") && answer.contains("header_timeout"), answer);
        assertEquals(List.of(), server.seen);
    }

    @Test
    void slowBodiesAreAnswered408() throws Exception {
        String answer = server.exchange(head("Content-Length: 5\r\n") + "hel");
        assertTrue(answer.startsWith("HTTP/1.1 408 ") && answer.contains("body_timeout"), answer);
    }

    @Test
    void aBodyThatNobodyReadsDoesNotHoldTheConnection() throws Exception {
        assertEquals("", server.exchange("POST /hang HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel"));
    }

    @Test
    void idleConnectionsEndAndThoseWithARequestInFlightStay() throws Exception {
        try (EchoServer idle = new EchoServer(config("{port: 0, idle-timeout: 1s}"));
                Socket waiting = idle.connect()) {
            waiting.getOutputStream()
                    .write("GET /hang HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("", idle.exchange(""));
            String answer = idle.exchange("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            assertTrue(answer.endsWith("GET /a "), answer);
            assertEquals(0, waiting.getInputStream().available());
            idle.awaitConnections(1);
        }
    }

    @Test
    void oneConnectionTooManyIsAnswered503() throws Exception {
        try (EchoServer small = new EchoServer(config("{port: 0, max-connections: 1}"));
                Socket first = small.connect()) {
            first.getOutputStream().write("GET /a HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            EchoServer.readUntil(first.getInputStream(), "GET /a ");
            String answer = small.exchange(SMUGGLED);
            assertTrue(answer.startsWith("HTTP/1.1 503 ") && answer.contains("too_many_connections"), answer);
            assertEquals(List.of("GET /a"), small.seen);
            small.awaitConnections(1);
        }
    }

    @Test
    void aJdkClientThatOffersH2cIsServedWithItsBody() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> response = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.listening.port() + "/echo"))
                                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(50_000)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertEquals(200, response.statusCode());
                assertEquals("POST /echo " + "x".repeat(50_000), response.body());
                assertEquals(HttpClient.Version.HTTP_1_1, response.version());
            }
        }
    }

    @Test
    void http2PriorKnowledgeIsRefused() throws Exception {
        assertRefused("400", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }
}
