package dev.penstock.runtime.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process of its own, sent real signals. */
class ProcessSignalsTest {
    private static final long INT_BIT = 1 << 1;

    /** Says when it is ready and when it is stopping; with an argument, its last part never stops. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws InterruptedException {
            Lifecycle lifecycle = new Lifecycle();
            CountDownLatch never = new CountDownLatch(1);
            lifecycle.onStop("part", Duration.ofMinutes(5), () -> {
                System.out.println("stopping");
                if (arguments.length > 0) {
                    never.await();
                }
            });
            ProcessSignals.stopOn(lifecycle, Runtime.getRuntime()::halt);
            System.out.println("ready");
            never.await();
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, false, 0", "TERM, false, 0", "INT, true, 130"})
    void exitCodes(String signal, boolean hangs, int expected) throws Exception {
        Assumptions.assumeTrue(Path.of("/bin/kill").toFile().exists()
                || Path.of("/usr/bin/kill").toFile().exists());
        Assumptions.assumeFalse(ignored(signal), signal + " is ignored here, as it is under nohup");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName());
        if (hangs) {
            builder.command().add("hang");
        }
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader output = process.inputReader()) {
            awaitLine(output, "ready");
            kill(signal, process);
            awaitLine(output, "stopping");
            if (hangs) {
                kill(signal, process);
            }
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(expected, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    /** What a process was started to ignore, its children ignore too, and a JVM leaves it so. */
    private static boolean ignored(String signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!signal.equals("INT") || !Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & INT_BIT) != 0);
        }
    }

    private static void kill(String signal, Process process) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                        .start()
                        .waitFor());
    }

    private static void awaitLine(BufferedReader output, String wanted) throws IOException {
        String line = output.readLine();
        while (line != null && !line.equals(wanted)) {
            line = output.readLine();
        }
        assertEquals(wanted, line);
    }
}
