package dev.penstock.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.worker.config.WorkerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running worker takes of its file when that, or a file it names, has changed. */
final class TlsReloadTest {
    private static final String YAML = """
            listener: {port: 0, tls: {certificate: own.pem, key: own.key}}
            sidecar: {url: "http://127.0.0.1:9", models: [{name: a}]}
            """;

    /** Two certificates, made once: the tool takes a second or two. */
    @TempDir
    private static Path made;

    private static Certificate first;
    private static Certificate second;

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private Path file;
    private ConfigWatch<WorkerConfig> watch;
    private WorkerProcess worker;

    /** Takes any certificate: which one it is, is what is asked. */
    private static final class Curious implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        first = PemFiles.write(made, "first");
        second = PemFiles.write(made, "second");
    }

    private void put(String from, String to) throws IOException {
        for (String suffix : List.of(".pem", ".key")) {
            Files.copy(
                    made.resolve(from + suffix), directory.resolve(to + suffix), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @BeforeEach
    void start() throws Exception {
        put("first", "own");
        file = Files.writeString(directory.resolve("worker.yaml"), YAML);
        ConfigResult<WorkerConfig> loaded = ConfigLoader.system().load(file, WorkerConfig.class);
        WorkerConfig config = loaded.orThrow();
        watch = new ConfigWatch<>(
                ConfigLoader.system(), WorkerConfig.class, file, (ConfigResult.Loaded<WorkerConfig>) loaded);
        worker = WorkerProcess.start(
                        config, WorkerProcess.Surroundings.alone(vertx, new SimpleMeterRegistry(), () -> ""))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        worker.follow(watch);
    }

    @AfterEach
    void stop() throws Exception {
        worker.stop().toCompletableFuture().get(20, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Certificate shown() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Curious()}, new SecureRandom());
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), worker.port())) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private List<String> reload(String yaml) throws Exception {
        Files.writeString(file, yaml);
        return watch.reload().faults();
    }

    @Test
    void certificatesAreReadAgainOnARequest() throws Exception {
        assertEquals(first, shown());
        put("second", "own");
        assertEquals(first, shown());

        assertTrue(watch.reload().swapped());
        assertEquals(second, shown());
    }

    @Test
    void certificatesAreReadAgainWhereTheFilesChange() throws Exception {
        assertEquals(Optional.empty(), watch.poll());
        put("second", "own");

        assertTrue(watch.poll().orElseThrow().swapped());
        assertEquals(second, shown());
    }

    @Test
    void otherFilesMayBeNamed() throws Exception {
        put("second", "other");

        assertEquals(List.of(), reload(YAML.replace("own.", "other.")));
        assertEquals(second, shown());
    }

    @Test
    void whatDoesNotLoadChangesNothing() throws Exception {
        Files.writeString(directory.resolve("own.key"), "nonsense");
        List<String> faults = watch.reload().faults();

        assertEquals(1, faults.size());
        assertTrue(
                faults.getFirst().startsWith("listener.tls: ")
                        && faults.getFirst().contains("own.key"),
                faults::toString);
        assertEquals(first, shown());
    }

    @Test
    void allElseNeedsARestart() throws Exception {
        assertEquals(
                List.of("listener, drain-timeout: changed (expected: the same as before, or a restart)"),
                reload(YAML.replace("port: 0", "port: 0, max-body: 1KiB") + "drain-timeout: 1s\n"));
        assertEquals(
                List.of("listener.tls: taken away (expected: as it was, or a restart)"),
                reload(YAML.replace(", tls: {certificate: own.pem, key: own.key}", "")));
        assertEquals(first, shown());
    }

    @Test
    void everyKeyIsCompared() {
        List<String> keys = Arrays.stream(WorkerConfig.class.getRecordComponents())
                .map(component -> component
                        .getName()
                        .replaceAll("([a-z])([A-Z])", "$1-$2")
                        .toLowerCase(Locale.ROOT))
                .toList();

        assertEquals(keys, List.copyOf(TlsReload.FIXED.keySet()));
    }
}
