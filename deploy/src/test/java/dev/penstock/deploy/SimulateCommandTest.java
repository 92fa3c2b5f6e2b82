package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine command = new CommandLine(new SimulateCommand(new PrintWriter(out), new PrintWriter(err)));
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            err.append(String.valueOf(failure.getMessage()));
            return 2;
        });
        return command.execute(args);
    }

    @Test
    void theExampleRuns(@TempDir Path directory) throws IOException {
        assertEquals(0, run("--example"));
        // Fewer requests: what is tried is that it runs.
        String example = out.toString().replaceAll("requests: \\d+", "requests: 200");
        Path scenario = Files.writeString(directory.resolve("scenario.yaml"), example);
        Path output = directory.resolve("out");
        assertEquals(0, run(scenario.toString(), "--output", output.toString()), err.toString());
        assertTrue(out.toString().contains("TTFT p50"), out.toString());
        assertTrue(Files.readString(output.resolve("simulation.json")).startsWith("{"));
        assertTrue(Files.readString(output.resolve("simulation.html")).startsWith("<!DOCTYPE html>"));
    }

    @Test
    void whatIsWrongIsSaid(@TempDir Path directory) throws IOException {
        Path scenario = Files.writeString(directory.resolve("scenario.yaml"), "tarce: {type: made}\n");
        assertTrue(run(scenario.toString()) != 0);
        assertTrue(err.toString().contains("did you mean `trace`?"), err.toString());
        assertTrue(run() != 0);
    }
}
