package dev.penstock.gateway.relaying;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.penstock.routing.Outcome;
import dev.penstock.routing.Outcome.FailureClass;
import dev.penstock.runtime.net.ClientTls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a gateway believes to be its worker. */
class WorkerTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path files;

    private static Path keys() {
        return files.resolve("keys.p12");
    }

    private static Path certificate() {
        return files.resolve("certificate.pem");
    }

    /** A certificate for {@code localhost} that signs itself, made by the JDK's own tool. */
    @BeforeAll
    static void certify() throws Exception {
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost");
        keytool("-exportcert", "-rfc", "-file", certificate().toString());
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-alias", "worker", "-storetype", "PKCS12", "-keystore", keys().toString(), "-storepass", PASSWORD));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private static int statusOf(String host, boolean trusted) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer worker = vertx.createHttpServer(new HttpServerOptions()
                            .setHost("127.0.0.1")
                            .setPort(0)
                            .setSsl(true)
                            .setKeyCertOptions(
                                    new PfxOptions().setPath(keys().toString()).setPassword(PASSWORD)))
                    .requestHandler(request -> request.response()
                            .putHeader("content-type", "application/json")
                            .end(RelayTest.ANSWER))
                    .listen()
                    .await();
            try (TestGateway gateway = new TestGateway(URI.create("https://" + host + ":" + worker.actualPort()))) {
                if (trusted) {
                    gateway.tls = new ClientTls(Optional.of(certificate()), Optional.empty(), Optional.empty());
                }
                int status = gateway.chat("").statusCode();
                if (status != 200) {
                    Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, gateway.fleet.outcomes.getFirst());
                    assertEquals(FailureClass.CONNECT, failed.failure());
                }
                return status;
            }
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void theNameOnTheCertificateCounts() throws Exception {
        assertEquals(200, statusOf("localhost", true));
        assertEquals(502, statusOf("127.0.0.1", true));
    }

    @Test
    void soDoesWhoSignedIt() throws Exception {
        assertEquals(502, statusOf("localhost", false));
    }
}
