package dev.penstock.worker;

import dev.penstock.onnx.DecoderShape;
import dev.penstock.onnx.RandomModel;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.worker.config.WorkerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Tokens per second through the worker's HTTP endpoint, client and worker in one JVM: a tool, not a test. Arguments: a
 * model directory (a random model of 3.7 million parameters where there is none), rounds (5), tokens a stream (400).
 */
public final class Throughput {
    private Throughput() {}

    /** Measures one stream, then eight together, in turn, and prints each round. */
    public static void main(String[] args) throws Exception {
        Path model = args.length > 0 && !args[0].isEmpty() ? Path.of(args[0]) : randomModel();
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        int tokens = args.length > 2 ? Integer.parseInt(args[2]) : 400;
        Vertx vertx = Vertx.vertx();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        WorkerConfig config = ConfigLoader.system()
                .parse(
                        "throughput",
                        "{listener: {port: 0}, models: [{path: '" + model + "', name: m}]}",
                        Path.of(""),
                        WorkerConfig.class)
                .orThrow();
        WorkerProcess worker = WorkerProcess.start(
                        config, WorkerProcess.Surroundings.alone(vertx, registry, registry::scrape))
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        worker.ready().toCompletableFuture().get();
        measure(worker.port(), 1, tokens);
        for (int round = 0; round < rounds; round++) {
            Map<String, Long> before = processorNanos();
            double one = measure(worker.port(), 1, tokens);
            Map<String, Long> between = processorNanos();
            double eight = measure(worker.port(), 8, tokens);
            Map<String, Long> after = processorNanos();
            System.out.printf(
                    Locale.ROOT,
                    "1 stream %.0f tokens/s (%s), 8 streams %.0f tokens/s (%s), x%.2f%n",
                    one,
                    costs(before, between, tokens),
                    eight,
                    costs(between, after, 8 * tokens),
                    eight / one);
        }
        worker.stop().toCompletableFuture().get();
        vertx.close();
    }

    /** The shape of the bundled model. */
    private static Path randomModel() throws IOException {
        DecoderShape shape = new DecoderShape(
                2048,
                256,
                4,
                4,
                2,
                64,
                688,
                1024,
                DecoderShape.Norm.RMS,
                1e-5f,
                DecoderShape.Positions.ROTARY,
                10_000f,
                DecoderShape.Mlp.SWIGLU,
                true);
        System.out.println("random model, " + shape.parameters() + " parameters");
        return RandomModel.write(Files.createTempDirectory("penstock-throughput"), shape, 1);
    }

    /** Processor time by kind of thread: on a busy machine it says more than the clock does. */
    private static Map<String, Long> processorNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<String, Long> nanos = new TreeMap<>();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null) {
                String kind = thread.getThreadName().replaceAll("[0-9]+", "");
                nanos.merge(kind, Math.max(0, threads.getThreadCpuTime(thread.getThreadId())), Long::sum);
            }
        }
        return nanos;
    }

    private static String costs(Map<String, Long> before, Map<String, Long> after, int tokens) {
        StringJoiner costs = new StringJoiner(", ");
        after.forEach((kind, nanos) -> {
            long micros = (nanos - before.getOrDefault(kind, 0L)) / 1000 / tokens;
            if (micros > 0) {
                costs.add(kind + " " + micros + " us a token");
            }
        });
        return costs.toString();
    }

    private static double measure(int port, int streams, int tokens) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(streams)) {
            long start = System.nanoTime();
            List<Callable<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                readers.add(() -> stream(port, tokens));
            }
            int total = 0;
            for (Future<Integer> reader : threads.invokeAll(readers)) {
                total += reader.get();
            }
            return total / ((System.nanoTime() - start) / 1e9);
        }
    }

    /** Reads one stream to its end and returns the tokens that its usage counts. */
    private static int stream(int port, int tokens) throws IOException {
        String body =
                "{\"model\":\"m\",\"prompt\":\"What does a gateway do with a prompt that is long?\",\"temperature\":0,"
                        + "\"ignore_eos\":true,\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":"
                        + tokens + "}";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream()
                    .write(("POST /v1/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            StringBuilder tail = new StringBuilder();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                tail.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                tail.delete(0, Math.max(0, tail.length() - 2000));
            }
            int at = tail.indexOf("\"completion_tokens\":");
            if (at < 0) {
                throw new IOException("no usage: " + tail);
            }
            int from = at + "\"completion_tokens\":".length();
            return Integer.parseInt(tail.substring(from, tail.indexOf(",", from)));
        }
    }
}
