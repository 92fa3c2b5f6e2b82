package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FitDifficultyCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... args) {
        return PenstockCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private Path file(List<String> lines) throws IOException {
        return Files.write(directory.resolve("labelled.jsonl"), lines);
    }

    private static String chat(boolean hard, String question) {
        return "{\"hard\":" + hard + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}";
    }

    @Test
    void whatItPrintsIsAGatewaysConfiguration() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            lines.add(i % 2 == 0 ? chat(true, "Prove the theorem number " + i) : chat(false, "Translate word " + i));
        }
        lines.add("");
        lines.add("{\"hard\":false,\"prompt\":\"hello\"}");
        assertEquals(0, run("fit-difficulty", file(lines).toString()), err::toString);
        assertTrue(out.toString().contains("# 61 requests, 30 of them hard"), out::toString);
        assertTrue(out.toString().contains("accuracy: 1.000 on these, 1.000 in 5-fold"), out::toString);
        Path printed = Files.writeString(directory.resolve("gateway.yaml"), out.toString());
        assertEquals(0, run("config", "check", "-c", printed.toString()), err::toString);
    }

    /** Without a cue of any other feature, likeness to the examples is all there is to go by. */
    @Test
    void likenessToExamplesIsWeighedToo() throws IOException {
        Path model = Path.of(System.getProperty("penstock.root", ".."))
                .resolve("worker/models/target/models/all-MiniLM-L6-v2")
                .toAbsolutePath();
        Path config = Files.writeString(directory.resolve("examples.yaml"), """
                difficulty:
                  examples:
                    hard: [a red apple and a green pear]
                    easy: [a train leaves the station]
                    model: %s
                """.formatted(model));
        List<String> lines = new ArrayList<>();
        lines.add(chat(true, "a red apple and a green pear")); // left out: it is an example
        for (String fruit : List.of("apples", "pears", "plums", "cherries", "grapes", "oranges")) {
            lines.add(chat(true, "ripe " + fruit + " in a bowl"));
        }
        for (String train : List.of("train", "tram", "express", "railway", "subway", "engine")) {
            lines.add(chat(false, "the " + train + " is running late"));
        }
        assertEquals(
                0,
                run(
                        "fit-difficulty",
                        "--lambda",
                        "0.1",
                        "--folds",
                        "3",
                        "-c",
                        config.toString(),
                        file(lines).toString()),
                err::toString);
        assertTrue(out.toString().contains("# 12 requests, 6 of them hard"), out::toString);
        double weight = Double.parseDouble(out.toString().replaceAll("(?s).*examples: (\\S+).*", "$1"));
        assertTrue(weight > 1, out::toString);
    }

    @Test
    void examplesAreWantedWhereAConfigurationIsGiven() throws IOException {
        Path config = Files.writeString(directory.resolve("none.yaml"), "{}");
        Path labelled = file(List.of(chat(true, "a"), chat(false, "b")));
        assertEquals(2, run("fit-difficulty", "-c", config.toString(), labelled.toString()));
        assertTrue(err.toString().contains("difficulty.examples: missing"), err::toString);
    }

    @Test
    void everyBadLineIsNamedWithItsField() throws IOException {
        Path file = file(List.of(
                chat(true, "fine"),
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"hard\":\"yes\",\"prompt\":\"x\"}",
                "{\"hard\":true}",
                "{\"hard\":true,\"messages\":[]}",
                "not json"));
        assertEquals(2, run("fit-difficulty", file.toString()));
        List<String> said = err.toString().lines().toList();
        assertEquals(5, said.size(), err::toString);
        assertEquals("penstock: " + file + ":2: hard: missing (expected: true or false)", said.getFirst());
        assertEquals("penstock: " + file + ":3: hard: \"yes\" (expected: true or false)", said.get(1));
        assertEquals("penstock: " + file + ":4: messages: missing (expected: either messages or prompt)", said.get(2));
        assertEquals("penstock: " + file + ":5: messages: (expected: a list of at least one message)", said.get(3));
        assertTrue(said.get(4).startsWith("penstock: " + file + ":6: "), said::toString);
    }

    @Test
    void labelsOfOneKindAloneAreRefused() throws IOException {
        assertEquals(
                2,
                run(
                        "fit-difficulty",
                        file(List.of(chat(true, "a"), chat(true, "b"))).toString()));
        assertTrue(err.toString().contains("2 hard of 2 (expected: some hard and some easy)"), err::toString);
    }
}
