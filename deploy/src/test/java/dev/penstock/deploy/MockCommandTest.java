package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.mock.AnswerKey;
import dev.penstock.loadtest.mock.Delay;
import dev.penstock.loadtest.mock.Fault;
import dev.penstock.loadtest.mock.FaultMix;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class MockCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return PenstockCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private MockSettings settings(String... args) {
        MockCommand command = new MockCommand(new PrintWriter(out, true));
        new CommandLine(command).parseArgs(args);
        return command.settings();
    }

    @Test
    void helpNamesEveryFaultAndTheDefaults() {
        assertEquals(0, run("mock", "--help"));
        for (Fault fault : Fault.values()) {
            assertTrue(out.toString().contains(fault.label()), fault.label());
        }
        assertTrue(out.toString().contains("9901"), out::toString);
        assertTrue(out.toString().contains("Examples:"), out::toString);
    }

    @Test
    void optionsAreSettings() {
        assertEquals(
                new MockSettings(
                        List.of("a", "b"),
                        new AnswerKey(9, 12),
                        50,
                        8,
                        new Delay.Lognormal(Duration.ofMillis(30), 0.5),
                        new Delay.Lognormal(Duration.ofNanos(500_000), 0.5),
                        0.25,
                        7,
                        new FaultMix(Map.of(Fault.INTERNAL_ERROR, 0.01, Fault.RESET_MID_STREAM, 0.02), 3),
                        true),
                settings(
                        "--models=a,b --seed=9 --token-bytes=12 --tokens=50 --dimensions=8 --ttft=30ms --inter-token=500us"
                                .concat(" --jitter=0.5 --batch-slowdown=0.25 --max-concurrent=7 --fault=500=0.01")
                                .concat(" --fault=reset-mid-stream=0.02 --fault-seed=3 --separate-chunks")
                                .split(" ")));
        assertEquals(
                new Delay.Uniform(Duration.ofMillis(20), 0.3),
                settings("--jitter", "uniform:0.3").interToken());
        assertEquals(Delay.NONE, settings("--ttft", "0").timeToFirstToken());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tokens 0              | penstock: default tokens: 0 (expected: 1 to 131072)",
                "--token-bytes 1         | penstock: token bytes: 1 (expected: 2 to 65536)",
                "--ttft soon             | penstock: --ttft: soon (expected: a duration such as 250ms, 20s or 5m)",
                "--inter-token 2h        | penstock: --inter-token: 2h (expected: at most 1h)",
                "--jitter much           | penstock: --jitter: much (expected: 0 to 10, or uniform: and a number from 0 to 1)",
                "--jitter uniform:2      | penstock: --jitter: uniform:2 (expected: 0 to 10, or uniform: and a number from 0 to 1)",
                "--fault nap=0.1         | penstock: fault: nap (expected: one of 500, 503, 429, reset,",
                "--fault hang=2          | penstock: fault hang: 2.0 (expected: 0 to 1)",
                "--max-concurrent 0      | penstock: max concurrent: 0 (expected: 1 to",
                "--loops 0               | penstock: --loops: 0 (expected: 1 to 256)",
                "--port 70000            | penstock: --port: 70000 (expected: 0 to 65535)",
                "--models=               | penstock: models: \"\" (expected: a name without control characters)",
            })
    void whatIsWrongIsBadUsageAndNamed(String options, String message) {
        String[] args = ("mock " + options).split(" ");
        assertEquals(2, run(args), () -> Arrays.toString(args));
        assertTrue(err.toString().startsWith(message), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
    }

    @Test
    void aPortThatIsTakenIsBadUsage() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(2, run("mock", "--port", Integer.toString(taken.getLocalPort())));
            assertTrue(err.toString().contains("the port is taken"), err::toString);
        }
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void itStopsToTheEnd() {
        Vertx vertx = Vertx.vertx();
        MockEngine engine = MockEngine.start(vertx, MockSettings.instant(), "127.0.0.1", 0)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        MockCommand.stop(engine, vertx);
        assertThrows(
                ConnectException.class,
                () -> new Socket(InetAddress.getLoopbackAddress(), engine.uri().getPort()).close());
    }
}
