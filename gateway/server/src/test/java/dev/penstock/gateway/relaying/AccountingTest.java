package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.RelayTest.DONE;
import static dev.penstock.gateway.relaying.RelayTest.STREAM;
import static dev.penstock.gateway.relaying.RelayTest.frame;
import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.Charge;
import dev.penstock.gateway.pipeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What a request used is told before its client can have the whole answer. The event loop that would send the rest is held
 * while it is told, so whatever the client's socket has then was sent before.
 */
class AccountingTest {
    private static final String CONTENT =
            frame("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}");
    private static final String FINISH = frame("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
    private static final String USAGE =
            frame("{\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}");
    private static final String BODY =
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},"
                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}";

    /** What the client had when its request was accounted, and the account. */
    private record Told(String had, RequestRecord account) {}

    /** Asks, and reads the rest once it is accounted; the worker waits until the client can be watched. */
    private static Told ask(TestGateway gateway, String extra, String lastOfIt) throws Exception {
        CompletableFuture<Socket> client = new CompletableFuture<>();
        CompletableFuture<Told> told = new CompletableFuture<>();
        gateway.onAccount = record -> told.complete(new Told(available(client.join()), record));
        try (Socket socket = gateway.send(TestGateway.chatBody(extra))) {
            client.complete(socket);
            Told account = told.get(20, java.util.concurrent.TimeUnit.SECONDS);
            StringBuilder all = new StringBuilder(account.had());
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[64 << 10];
            while (all.indexOf(lastOfIt) < 0) {
                int length = in.read(piece);
                assertTrue(length >= 0, () -> "it ended early: " + all);
                all.append(new String(piece, 0, length, StandardCharsets.ISO_8859_1));
            }
            assertFalse(account.had().contains(lastOfIt), account.had());
            gateway.settled();
            assertEquals(1, gateway.accounts.size());
            return account;
        }
    }

    private static String available(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(in.available()), StandardCharsets.ISO_8859_1);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static long completion(RequestRecord record) {
        return Charge.usage(record.charges()).completionTokens();
    }

    @Test
    void aStreamIsAccountedBeforeItsDone() throws Exception {
        ScriptedWorker.Script script = x -> {
            x.raw(SSE_HEAD);
            x.chunk(CONTENT);
            x.chunk(FINISH + USAGE + DONE);
            x.lastChunk();
        };
        try (ScriptedWorker worker = new ScriptedWorker(script);
                TestGateway gateway = new TestGateway(worker.uri())) {
            Told told = ask(gateway, STREAM, DONE);
            assertEquals(2, completion(told.account()));
            assertEquals("ok", told.account().result());
            assertTrue(told.account().timeToFirstToken().isPresent());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aStreamWhoseDoneIsSuppliedIsAccountedBeforeIt() throws Exception {
        ScriptedWorker.Script script = x -> {
            x.raw(SSE_HEAD);
            x.chunk(CONTENT + FINISH);
            x.lastChunk();
        };
        try (ScriptedWorker worker = new ScriptedWorker(script);
                TestGateway gateway = new TestGateway(worker.uri())) {
            RequestRecord account = ask(gateway, STREAM, DONE).account();
            assertTrue(Charge.usage(account.charges()).estimated());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aWholeAnswerIsAccountedBeforeItsHead() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", BODY.formatted("hi")));
                TestGateway gateway = new TestGateway(worker.uri())) {
            Told told = ask(gateway, "", "\"total_tokens\":7}}");
            assertEquals("", told.had());
            assertEquals(2, completion(told.account()));
            gateway.assertNothingHeld();
        }
    }

    @Test
    void anAnswerThatIsPipedIsAccountedBeforeItsEnd() throws Exception {
        String large = BODY.formatted("x".repeat(300 << 10));
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", large));
                TestGateway gateway = new TestGateway(worker.uri())) {
            Told told = ask(gateway, "", "\r\n0\r\n\r\n");
            assertEquals(2, completion(told.account()));
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aStreamThatBreaksIsAccountedWithWhatCame() throws Exception {
        ScriptedWorker.Script script = x -> {
            x.raw(SSE_HEAD);
            x.chunk(CONTENT);
            x.reset();
        };
        try (ScriptedWorker worker = new ScriptedWorker(script);
                TestGateway gateway = new TestGateway(worker.uri())) {
            Told told = ask(gateway, STREAM, "event: error");
            assertEquals(1, completion(told.account()));
            assertEquals("upstream_failed", told.account().result());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void oneThatIsTriedAgainIsAccountedOnce() throws Exception {
        try (ScriptedWorker broken = new ScriptedWorker(ScriptedWorker.Exchange::reset);
                ScriptedWorker sound = new ScriptedWorker(x -> x.whole(200, "application/json", BODY.formatted("hi")));
                TestGateway gateway = new TestGateway(broken.uri(), sound.uri())) {
            RequestRecord account = ask(gateway, "", "\"total_tokens\":7}}").account();
            assertEquals(2, account.attempts());
            assertEquals(1, account.charges().size());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoLeavesAfterItIsAccountedHasStillLeft() throws Exception {
        CompletableFuture<Socket> client = new CompletableFuture<>();
        try (ScriptedWorker worker = new ScriptedWorker(x -> x.whole(200, "application/json", BODY.formatted("hi")));
                TestGateway gateway = new TestGateway(worker.uri())) {
            gateway.onAccount = record -> {
                try {
                    client.join().setSoLinger(true, 0);
                    client.join().close();
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            };
            client.complete(gateway.send(TestGateway.chatBody("")));
            RequestRecord settled = gateway.settled();
            assertEquals("client_gone", settled.result());
            assertEquals("ok", gateway.accounts.getFirst().result());
            assertEquals(2, completion(gateway.accounts.getFirst()));
            assertTrue(settled.total().compareTo(Duration.ZERO) > 0);
            gateway.assertNothingHeld();
        }
    }
}
