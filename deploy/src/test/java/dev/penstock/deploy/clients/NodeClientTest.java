package dev.penstock.deploy.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The npm {@code openai} SDK, two majors: {@code src/test/clients/suite.mjs}, a test for each of its cases. The SDKs are
 * those of the lock file, fetched by {@code npm ci} below {@code target}.
 */
@ExtendWith(TargetExtension.class)
final class NodeClientTest {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final Path SOURCES = Path.of("src/test/clients");
    private static final Path DIRECTORY = Path.of("target/clients");
    private static final Duration FETCH_LIMIT = Duration.ofMinutes(5);
    private static final Duration SUITE_LIMIT = Duration.ofMinutes(3);

    @BeforeAll
    static void fetch() throws IOException, InterruptedException {
        if (!runs("node", "--version") || !runs("npm", "--version")) {
            Unavailable.skip("Node.js with npm is not installed");
        }
        Files.createDirectories(DIRECTORY);
        var fetched = DIRECTORY.resolve("node_modules/.package-lock.json");
        var lock = DIRECTORY.resolve("package-lock.json");
        var current = Files.exists(fetched)
                && Files.exists(lock)
                && Files.mismatch(lock, SOURCES.resolve("package-lock.json")) == -1;
        for (var file : List.of("package.json", "package-lock.json", "suite.mjs")) {
            Files.copy(SOURCES.resolve(file), DIRECTORY.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!current) {
            var npm = start(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            var output = read(npm);
            if (await(npm, FETCH_LIMIT) != 0) {
                Unavailable.skip("npm ci failed: " + output);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> openai7(Target target) throws IOException, InterruptedException {
        return suite("openai", target);
    }

    @TestFactory
    Stream<DynamicTest> openai6(Target target) throws IOException, InterruptedException {
        return suite("openai6", target);
    }

    private static Stream<DynamicTest> suite(String sdk, Target target) throws IOException, InterruptedException {
        var node = start(Map.of("PENSTOCK_TARGET", JSON.writeValueAsString(target)), "node", "suite.mjs", sdk);
        var output = read(node);
        assertEquals(0, await(node, SUITE_LIMIT), output);
        var results = output.lines().filter(line -> line.startsWith("{")).toList();
        assertTrue(results.size() > 10, output);
        return results.stream().map(NodeClientTest::test);
    }

    private static DynamicTest test(String line) {
        try {
            var result = JSON.readTree(line);
            return DynamicTest.dynamicTest(result.path("name").asText(), () -> {
                if (!result.path("error").isNull()) {
                    fail(result.path("error").asText());
                }
            });
        } catch (IOException e) {
            return fail(line, e);
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return await(process, FETCH_LIMIT) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process start(Map<String, String> environment, String... command) throws IOException {
        var builder = new ProcessBuilder(command).directory(DIRECTORY.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Everything the process prints; ends with the process, which has a limit of its own. */
    private static String read(Process process) throws IOException {
        var watchdog = Thread.ofVirtual().start(() -> {
            try {
                if (!process.waitFor(FETCH_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (var reader = process.inputReader()) {
            return reader.readAllAsString();
        } finally {
            watchdog.interrupt();
        }
    }

    private static int await(Process process, Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return fail("a process took more than " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }
}
