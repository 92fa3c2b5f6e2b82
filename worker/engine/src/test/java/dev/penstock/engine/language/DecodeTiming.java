package dev.penstock.engine.language;

import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.RuntimeOptions;
import dev.penstock.onnx.DecoderShape;
import dev.penstock.onnx.DecoderShape.Mlp;
import dev.penstock.onnx.DecoderShape.Norm;
import dev.penstock.onnx.DecoderShape.Positions;
import dev.penstock.onnx.RandomModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Measures tokens a second, for a model directory or for a random model of 3.7 million parameters. Run by hand: {@code
 * DecodeTiming [directory] [intra-op threads] [new tokens]}.
 */
final class DecodeTiming {
    private DecodeTiming() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        int tokens = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 150;
        Path directory = arguments.length > 0 && !arguments[0].equals("-") ? Path.of(arguments[0]) : randomModel();
        LanguageOptions options = LanguageOptions.defaults().withRuntime(RuntimeOptions.cpu(threads));
        try (LanguageModel model = LanguageModel.load(ModelDirectory.open(directory), options)) {
            System.out.println(model.description());
            for (Sampling sampling : new Sampling[] {
                Sampling.greedy(), new Sampling.Builder().topP(0.95).seed(1).build()
            }) {
                for (int streams : new int[] {1, 8}) {
                    round(model, streams, 400, sampling);
                    double best = 0;
                    long cpu = decodeNanos();
                    for (int i = 0; i < 5; i++) {
                        best = Math.max(best, round(model, streams, tokens, sampling));
                    }
                    double seconds = (decodeNanos() - cpu) / 1e9;
                    System.out.printf(
                            "temperature %.0f, %d streams, %d threads: %.0f tokens/s, %.0f per CPU second of the loop%n",
                            sampling.temperature(), streams, threads, best, 5 * streams * tokens / seconds);
                }
            }
        }
    }

    /** Processor time of the decode thread: comparable on a busy machine too, where there is one intra-op thread. */
    private static long decodeNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().startsWith("decode-")) {
                return threads.getThreadCpuTime(id);
            }
        }
        return 0;
    }

    private static double round(LanguageModel model, int streams, int tokens, Sampling sampling)
            throws InterruptedException {
        StopRules stop = StopRules.after(tokens).ignoringEos();
        Prompt prompt = new Prompt.Text("What does a gateway do when a worker fails?");
        CountDownLatch done = new CountDownLatch(streams);
        long start = System.nanoTime();
        for (int i = 0; i < streams; i++) {
            model.generate(new GenerationRequest(prompt, sampling, stop), new GenerationListener() {
                @Override
                public void onToken(TokenEvent event) {}

                @Override
                public void onDone(GenerationResult result) {
                    done.countDown();
                }
            });
        }
        done.await();
        return streams * tokens / ((System.nanoTime() - start) / 1e9);
    }

    private static Path randomModel() throws IOException {
        DecoderShape shape = new DecoderShape(
                2048, 256, 4, 8, 4, 32, 704, 1024, Norm.RMS, 1e-5f, Positions.ROTARY, 10_000f, Mlp.SWIGLU, true);
        return RandomModel.write(Files.createTempDirectory("timing"), shape, 1);
    }
}
