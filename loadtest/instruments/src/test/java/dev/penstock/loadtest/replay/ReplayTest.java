package dev.penstock.loadtest.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.routing.capture.LoggedDecision;
import dev.penstock.routing.policy.PolicySpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayTest {
    private static final String COIN = "two-choices"; // of two that are alike, either
    private static final int ROUNDS = 200;

    @TempDir
    private Path directory;

    private ReplayResult replay(List<LoggedDecision> decisions, String policy) throws Exception {
        Path log = directory.resolve("decisions.jsonl");
        Files.writeString(log, decisions.stream().map(SyntheticLog::json).collect(Collectors.joining("\n", "", "\n")));
        return Replay.run(new Replay.Plan(List.of(log), PolicySpec.of(policy), Optional.empty(), 16, ROUNDS, 1));
    }

    private static ReplayResult.Estimated figure(ReplayResult result, String name) {
        return result.figures().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What comes of each is a fixed multiple of its forecast, not the same of both. */
    private static double biased(String chosen, Random random) {
        return chosen.equals("dear") ? 1.5 * SyntheticLog.DEAR : 2 * SyntheticLog.CHEAP;
    }

    @Test
    void whatTheCheapestWouldHaveCostIsWhatTheCheapOneCosts() throws Exception {
        ReplayResult result = replay(SyntheticLog.of(400, 1, COIN, ReplayTest::biased), "cheapest");
        assertEquals(400, result.compared());
        assertEquals(0.5, result.differs(), 0.1, "all that the coin gave to the dear one");
        assertEquals(0, result.nobody());
        ReplayResult.Estimated dollars = figure(result, "dollars");
        assertEquals(0.0025, dollars.then().value(), 0.0001, "half of each: (0.003 + 0.002) / 2");
        assertEquals(0.002, dollars.other().value(), 2e-5, "2 x 0.001");
        assertEquals(
                dollars.other().value() - dollars.then().value(),
                dollars.difference().value(),
                1e-12);
        assertTrue(dollars.difference().high() < 0, "that it is cheaper is beyond doubt: " + dollars);
        assertTrue(dollars.other().low() <= dollars.other().value() + 1e-12
                && dollars.other().value() <= dollars.other().high() + 1e-12);
        ReplayResult.Estimated seconds = figure(result, "seconds");
        assertEquals(1.0, seconds.then().value(), 1e-9, "1,050 ms less the 50 in the queue");
        assertEquals(1.0, seconds.other().value(), 1e-6);
        assertEquals(0.1, figure(result, "first_token_seconds").then().value(), 1e-9);
        assertEquals(
                Map.of("cheap m", 1.0, "dear m", 0.0),
                result.shares().stream()
                        .collect(Collectors.toMap(ReplayResult.Share::choice, ReplayResult.Share::other)));
    }

    @Test
    void thePolicyThatMadeTheLogComesOutAsItWas() throws Exception {
        ReplayResult result = replay(SyntheticLog.of(400, 2, COIN, ReplayTest::biased), COIN);
        ReplayResult.Estimated dollars = figure(result, "dollars");
        assertEquals(dollars.then().value(), dollars.other().value(), 1e-4);
        assertTrue(
                dollars.difference().low() <= 0 && dollars.difference().high() >= 0,
                dollars.difference().toString());
    }

    /** Of forty logs of a noisy worker, the interval is to hold the true mean in about 19 of 20. */
    @Test
    void theIntervalHoldsTheTruthAsOftenAsItSays() throws Exception {
        int held = 0;
        for (int seed = 1; seed <= 40; seed++) {
            List<LoggedDecision> log = SyntheticLog.of(
                    150, seed, COIN, (chosen, random) -> biased(chosen, random) * 2 * random.nextDouble());
            Interval other = figure(replay(log, "cheapest"), "dollars").other();
            held += other.low() <= 0.002 && 0.002 <= other.high() ? 1 : 0;
        }
        assertTrue(held >= 33, "held the truth in " + held + " of 40");
    }

    @Test
    void whatAPolicyThatIsNotHereDecidedIsJudgedByForecasts() throws Exception {
        ReplayResult result = replay(SyntheticLog.of(100, 3, "of-a-jar", ReplayTest::biased), "cheapest");
        assertEquals(100, result.unknownPolicy());
        assertEquals(0, result.effective());
        ReplayResult.Estimated dollars = figure(result, "dollars");
        assertEquals(dollars.forecast().value(), dollars.other().value(), 1e-12);
        assertEquals(0.002, dollars.other().value(), 2e-4, "calibrated, drawn a little towards the rest");
    }

    @Test
    void onlyWhatTheChoiceAloneBroughtAboutIsCompared() throws Exception {
        ReplayResult result = replay(
                List.of(
                        SyntheticLog.decision(1, COIN, "dear", 0.003, "ok", 1),
                        SyntheticLog.decision(2, COIN, "dear", 0.003, "ok", 2),
                        SyntheticLog.decision(3, COIN, "dear", 0.003, "client_gone", 1)),
                "cheapest");
        assertEquals(3, result.decisions());
        assertEquals(1, result.compared());
        assertEquals(
                Map.of(
                        "answered by another attempt than the first", 1,
                        "not answered in full (client_gone)", 1),
                result.leftOut());
    }

    @Test
    void theReportSaysItAsTextAndAsJson() throws Exception {
        ReplayResult result = replay(SyntheticLog.of(200, 4, COIN, ReplayTest::biased), "cheapest");
        String text = ReplayReport.text(result);
        assertTrue(text.startsWith("200 decisions, 200 compared with cheapest\n"), text);
        assertTrue(text.contains("first_token_seconds"), text);
        assertTrue(text.contains("cheap m"), text);
        JsonNode json = new ObjectMapper().readTree(ReplayReport.json(result));
        assertEquals("dollars", json.path("figures").path(0).path("name").asText());
        assertEquals(
                0.002, json.path("figures").path(0).path("other").path("value").asDouble(), 2e-5);
    }

    @Test
    void aLineThatIsNoDecisionIsNamedAndOneThatIsCutOffIsLeftOut() throws Exception {
        String line = SyntheticLog.json(SyntheticLog.decision(1, COIN, "dear", 0.003, "ok", 1));
        Path log = directory.resolve("log");
        Replay.Plan plan = new Replay.Plan(List.of(log), PolicySpec.of("cheapest"), Optional.empty(), 4, 100, 1);
        Files.writeString(log, line + "\n" + line.substring(0, 100));
        assertEquals(1, Replay.run(plan).decisions());
        // As a gateway goes on after one that was killed.
        Files.writeString(log, line + "\n" + line.substring(0, 100) + "\n" + line + "\n");
        assertEquals(2, Replay.run(plan).decisions());
        Files.writeString(log, line + "\n{\"version\":no}\n" + line + "\n");
        String refusal = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Replay.run(plan))
                .getMessage());
        assertTrue(refusal.startsWith(log + ":2: not a decision (expected: "), refusal);
        Files.writeString(log, line.replace("\"version\":1", "\"version\":2") + "\n");
        assertEquals(
                log + ":1: version: 2 (expected: 1)",
                assertThrows(IllegalArgumentException.class, () -> Replay.run(plan))
                        .getMessage());
    }
}
