package dev.penstock.runtime.net;

import static dev.penstock.runtime.net.EchoServer.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.net.TestAuthority.Issued;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    private Path directory;

    private TestAuthority authority;
    private Issued local;

    TlsTest() throws IOException {}

    @BeforeEach
    void issue() throws IOException {
        authority = new TestAuthority(directory, "authority");
        local = authority.issue("local", "127.0.0.1");
    }

    private static ListenerConfig listener(Issued identity) {
        return ListenerConfig.loopback(0)
                .withTls(Optional.of(new ServerTls(
                        identity.certificate(), identity.key(), Optional.empty(), ClientAuthentication.NONE)));
    }

    private static ListenerConfig mutual(Issued identity, Path clients) {
        return ListenerConfig.loopback(0)
                .withTls(Optional.of(new ServerTls(
                        identity.certificate(), identity.key(), Optional.of(clients), ClientAuthentication.REQUIRED)));
    }

    private ClientTls trusting() {
        return new ClientTls(Optional.of(authority.certificate), Optional.empty(), Optional.empty());
    }

    private static String get(EchoServer server, ClientTls tls) {
        HttpClientAgent client =
                HttpClientFactory.create(server.vertx, ClientConfig.defaults().withTls(tls));
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("127.0.0.1")
                .setPort(server.listening.port())
                .setURI("/secure")
                .setSsl(true);
        return await(client.request(options)
                .compose(request -> request.send())
                .compose(response -> response.body())
                .map(Object::toString)
                .eventually(client::close));
    }

    /** The faults that a client makes of a handshake that failed. */
    private static void assertHandshakeFails(EchoServer server, ClientTls tls) {
        Throwable thrown = assertThrows(Throwable.class, () -> get(server, tls));
        assertEquals(List.of(), server.seen);
        boolean ended = false;
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            ended |= at instanceof SSLException || at instanceof IOException;
        }
        assertTrue(ended || thrown instanceof CompletionException, thrown::toString);
    }

    @Test
    void aClientThatTrustsTheAuthorityIsServed() {
        try (EchoServer server = new EchoServer(listener(local))) {
            assertEquals("GET /secure ", get(server, trusting()));
        }
    }

    @Test
    void aClientThatDoesNotKnowTheAuthorityFails() throws IOException {
        TestAuthority stranger = new TestAuthority(directory, "stranger");
        try (EchoServer server = new EchoServer(listener(local))) {
            assertHandshakeFails(server, ClientTls.system());
            assertHandshakeFails(
                    server, new ClientTls(Optional.of(stranger.certificate), Optional.empty(), Optional.empty()));
        }
    }

    @Test
    void aCertificateForAnotherHostFails() throws IOException {
        try (EchoServer server = new EchoServer(listener(authority.issue("other", "other.example")))) {
            assertHandshakeFails(server, trusting());
        }
        try (EchoServer server = new EchoServer(listener(authority.issue("address", "127.0.0.2")))) {
            assertHandshakeFails(server, trusting());
        }
    }

    @Test
    void clientsProveThemselvesWhereTheyMust() throws IOException {
        TestAuthority clients = new TestAuthority(directory, "clients");
        Issued known = clients.issue("known", "worker");
        Issued unknown = authority.issue("unknown", "worker");
        try (EchoServer server = new EchoServer(mutual(local, clients.certificate))) {
            ClientTls good = new ClientTls(
                    Optional.of(authority.certificate), Optional.of(known.certificate()), Optional.of(known.key()));
            ClientTls bad = new ClientTls(
                    Optional.of(authority.certificate), Optional.of(unknown.certificate()), Optional.of(unknown.key()));
            assertHandshakeFails(server, trusting());
            assertHandshakeFails(server, bad);
            assertEquals("GET /secure ", get(server, good));
        }
    }

    /** Two listeners of one process that differ in whom they trust alone: neither may serve the other's clients. */
    @Test
    void listenersDoNotShareWhatTheyTrust() throws IOException {
        TestAuthority first = new TestAuthority(directory, "first");
        TestAuthority second = new TestAuthority(directory, "second");
        Issued firstClient = first.issue("first-client", "worker");
        ClientTls asFirst = new ClientTls(
                Optional.of(authority.certificate),
                Optional.of(firstClient.certificate()),
                Optional.of(firstClient.key()));
        try (EchoServer one = new EchoServer(mutual(local, first.certificate));
                EchoServer two = new EchoServer(mutual(local, second.certificate))) {
            assertEquals("GET /secure ", get(one, asFirst));
            assertHandshakeFails(two, asFirst);
        }
    }

    @Test
    void certificatesAreReplacedWithoutALostConnection() throws IOException {
        ListenerConfig config = listener(local);
        try (EchoServer server = new EchoServer(config)) {
            assertEquals(local.serial(), servedSerial(server));
            Issued next = authority.issue("next", "127.0.0.1");
            Files.copy(next.certificate(), local.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Throwable mismatch = assertThrows(
                    IllegalArgumentException.class,
                    () -> await(server.listening.updateTls(config.tls().orElseThrow())));
            assertTrue(String.valueOf(mismatch.getMessage()).contains("not the key of the certificate"));
            assertEquals(local.serial(), servedSerial(server), "the old certificate stays");
            Files.copy(next.key(), local.key(), StandardCopyOption.REPLACE_EXISTING);
            await(server.listening.updateTls(config.tls().orElseThrow()));
            assertEquals(next.serial(), servedSerial(server));
            assertEquals("GET /secure ", get(server, trusting()));
        }
    }

    @Test
    void oldProtocolsAreRefused() throws Exception {
        try (EchoServer server = new EchoServer(listener(local))) {
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = socket(server, new AtomicReference<>())) {
                    socket.setEnabledProtocols(new String[] {protocol});
                    socket.startHandshake();
                    assertEquals(protocol, socket.getSession().getProtocol());
                }
            }
        }
        assertEquals(
                java.util.Set.of("TLSv1.2", "TLSv1.3"),
                TlsMaterial.server(listener(local).tls().orElseThrow()).getEnabledSecureTransportProtocols());
    }

    @Test
    void materialThatDoesNotLoadNamesItsFileAndNoKey() throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.pem"), "not PEM");
        Path absent = directory.resolve("absent.pem");
        String key = Files.readString(local.key());
        for (List<Path> pair : List.of(
                List.of(absent, local.key()),
                List.of(local.certificate(), absent),
                List.of(broken, local.key()),
                List.of(local.certificate(), broken),
                List.of(authority.certificate, local.key()))) {
            ServerTls tls = new ServerTls(pair.get(0), pair.get(1), Optional.empty(), ClientAuthentication.NONE);
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> TlsMaterial.server(tls))
                    .getMessage());
            assertTrue(message.contains(".pem: ") || message.contains(".key: "), message);
            assertTrue(!message.contains(key.substring(30, 60)), message);
        }
    }

    @Test
    void cleartextListenersHaveNoCertificateToReplace() {
        try (EchoServer server = new EchoServer(ListenerConfig.loopback(0))) {
            ServerTls tls = listener(local).tls().orElseThrow();
            Throwable refused = assertThrows(Throwable.class, () -> await(server.listening.updateTls(tls)));
            assertInstanceOf(IllegalStateException.class, refused);
        }
    }

    private static BigInteger servedSerial(EchoServer server) throws IOException {
        AtomicReference<X509Certificate> served = new AtomicReference<>();
        try (SSLSocket socket = socket(server, served)) {
            socket.startHandshake();
        }
        X509Certificate certificate = served.get();
        return certificate == null ? BigInteger.ZERO : certificate.getSerialNumber();
    }

    private static SSLSocket socket(EchoServer server, AtomicReference<X509Certificate> served) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Recording(served)}, null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.listening.port());
            socket.setSoTimeout(EchoServer.PATIENCE_SECONDS * 1000);
            return socket;
        } catch (java.security.GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Keeps the certificate that it is shown. */
    private record Recording(AtomicReference<X509Certificate> served) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            served.set(chain[0]);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
