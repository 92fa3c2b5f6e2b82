package dev.penstock.gateway.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.gateway.config.DecisionLogConfig;
import dev.penstock.gateway.pipeline.DecisionWatch;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.NamedPolicy;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.protocol.JsonDocument;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.Worth;
import dev.penstock.routing.policy.PolicySpec;
import dev.penstock.runtime.config.ByteSize;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DecisionLogTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ModelId MODEL = new ModelId("m");
    private static final long SESSION = 0x1234_5678_9abc_def0L;
    private static final String BODY = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"canary\"}]}";

    @TempDir
    private Path directory;

    private final DecisionLog log = new DecisionLog(InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));

    private static final LoadView IDLE = new LoadView() {
        @Override
        public int inFlight(int slot) {
            return 3;
        }

        @Override
        public int reportedLoad(int slot) {
            return 0;
        }

        @Override
        public boolean available(int slot) {
            return true;
        }

        @Override
        public long ageMillis(int slot) {
            return 17;
        }
    };

    private static DecisionWatch.Decision decision(long seed) {
        ServedModel model =
                new ServedModel(MODEL, "", 0, 0, "", Set.of(Capability.CHAT), Optional.of(new Price(1, 0.5, 2, 3.6)));
        Directory pool = Directory.of(List.of(new Worker(
                new WorkerId("w0"),
                5,
                URI.create("http://10.9.8.7:1"),
                Accelerator.GPU,
                Site.LOCAL,
                16,
                List.of(model))));
        RoutingContext context = new RoutingContext(
                Operation.CHAT,
                List.of(List.of(new ModelChoice(MODEL, 0.5))),
                Set.of(Capability.CHAT),
                1,
                new Demand(100, 10, 20, Demand.UNBOUNDED),
                Constraints.NONE,
                Worth.DEFAULT,
                new Affinity(SESSION, new long[] {11, 12}, 64),
                3,
                1,
                new SplittableRandom(seed));
        NamedPolicy policy =
                new NamedPolicy("balanced", PolicySpec.of("balanced").create());
        return new DecisionWatch.Decision(request(), policy, seed, context, pool, IDLE, (RoutePlan)
                policy.policy().select(context, pool, IDLE));
    }

    private static InferenceRequest request() {
        try {
            return new InferenceRequest(
                    "req_1",
                    "",
                    Operation.CHAT,
                    MODEL,
                    JsonDocument.parse(BODY.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFAULT),
                    false,
                    false,
                    1,
                    OptionalLong.empty(),
                    Set.of(Capability.CHAT),
                    0);
        } catch (dev.penstock.protocol.JsonRejectedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static RequestRecord ended() {
        return new RequestRecord(
                "req_1",
                Optional.empty(),
                Operation.CHAT,
                Optional.of(MODEL),
                Optional.of(new WorkerId("w0")),
                false,
                200,
                "ok",
                1,
                new TokenUsage(100, 20, 40, false),
                Duration.ofMillis(500),
                Optional.of(Duration.ofMillis(700)),
                Duration.ofMillis(4500));
    }

    private DecisionLogConfig config(double sample, ByteSize maxSize, int maxFiles) {
        return new DecisionLogConfig(directory.resolve("decisions.jsonl"), sample, maxSize, maxFiles);
    }

    private void decide(int times) {
        for (int seed = 0; seed < times; seed++) {
            log.decided(decision(seed)).ifPresent(watching -> watching.settle(ended()));
        }
    }

    @Test
    void aLineHasTheDecisionAndItsEndAndNothingOfThePrompt() throws Exception {
        log.configure(Optional.of(config(1, ByteSize.mebibytes(1), 2)));
        decide(1);
        log.close();
        Path file = directory.resolve("decisions.jsonl");
        String text = Files.readString(file);
        assertFalse(text.contains("canary"), text);
        assertFalse(text.contains("10.9.8.7"), "no endpoint");
        assertFalse(text.contains(Long.toHexString(SESSION)), "no session as it is");
        assertFalse(text.contains(Long.toString(SESSION)), "no session as it is");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        JsonNode line = MAPPER.readTree(text);
        assertEquals("2026-01-02T03:04:05Z", line.path("time").asText());
        assertEquals("balanced", line.path("policy").path("name").asText());
        assertEquals("0000000000000000", line.path("seed").asText());
        assertEquals(2, line.path("asked").path("blocks").asInt());
        JsonNode candidate = line.path("candidates").path(0);
        assertEquals(3, candidate.path("signals").path("in_flight").asInt());
        assertEquals(17, candidate.path("signals").path("age_ms").asInt());
        assertEquals(
                "w0", line.path("plan").path("attempts").path(0).path("worker").asText());
        JsonNode outcome = line.path("outcome");
        assertEquals(700, outcome.path("first_token_ms").asDouble());
        // 60 uncached, 40 cached, 20 generated; four seconds as one of four, at $3.60 an hour.
        assertEquals(
                (60 * 1 + 40 * 0.5 + 20 * 2) / 1e6 + 4.0 / 4 * 3.6 / 3600,
                outcome.path("cost_usd").asDouble(),
                1e-12);
    }

    @Test
    void aSessionEqualsItselfAndNoOther() {
        SessionBlind blind = SessionBlind.random(new SplittableRandom(1));
        assertEquals(blind.blinded(7), blind.blinded(7));
        assertNotEquals(blind.blinded(7), blind.blinded(8));
        assertNotEquals(
                blind.blinded(7), SessionBlind.random(new SplittableRandom(2)).blinded(7));
    }

    @Test
    void filesAreOfABoundedSizeAndNumber() throws Exception {
        log.configure(Optional.of(config(1, new ByteSize(4000), 3)));
        decide(100);
        log.close();
        assertEquals(100, log.written());
        assertEquals(0, log.leftOut());
        List<String> names;
        try (var files = Files.list(directory)) {
            names = files.map(file -> file.getFileName().toString()).sorted().toList();
        }
        assertEquals(List.of("decisions.jsonl", "decisions.jsonl.1", "decisions.jsonl.2"), names);
        for (String name : names) {
            Path file = directory.resolve(name);
            assertTrue(Files.size(file) <= 4000, name + " is " + Files.size(file));
            for (String line : Files.readAllLines(file)) {
                assertEquals(1, MAPPER.readTree(line).path("version").asInt(), "each line is whole");
            }
        }
        // The newest stands in the file without a number.
        assertEquals(
                "0000000000000063",
                MAPPER.readTree(Files.readAllLines(directory.resolve("decisions.jsonl"))
                                .getLast())
                        .path("seed")
                        .asText());
    }

    @Test
    void whatIsThereIsGoneOnWith() throws Exception {
        Path file = directory.resolve("decisions.jsonl");
        Files.writeString(file, "{}\n");
        log.configure(Optional.of(config(1, ByteSize.mebibytes(1), 2)));
        decide(1);
        log.close();
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void aPartIsDrawn() {
        long drawn = LongStream.range(0, 100_000)
                .filter(seed -> DecisionLog.sampled(seed, 0.01))
                .count();
        assertTrue(Math.abs(drawn - 1000) < 130, "a hundredth of 100,000, within four standard deviations: " + drawn);
        assertEquals(Optional.empty(), log.decided(decision(1)), "nothing is kept unless asked for");
        log.configure(Optional.of(config(0, ByteSize.mebibytes(1), 2)));
        assertEquals(Optional.empty(), log.decided(decision(1)));
        log.close();
    }

    @Test
    void aFileThatCannotBeWrittenCostsOnlyItself() {
        DecisionLogConfig nowhere =
                new DecisionLogConfig(directory.resolve("missing/decisions.jsonl"), 1, ByteSize.mebibytes(1), 2);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> DecisionLog.check(nowhere));
        assertEquals(
                "routing.decision-log.path: " + nowhere.path() + " (expected: a file that can be written)",
                refused.getMessage());
        log.configure(Optional.of(nowhere));
        decide(3);
        log.close();
        assertEquals(0, log.written());
        assertEquals(3, log.leftOut());
    }

    @Test
    void aLineThatAKilledProcessLeftUnfinishedStaysByItself() throws Exception {
        Path file = directory.resolve("decisions.jsonl");
        Files.writeString(file, "{\"version\":1,\"ti");
        log.configure(Optional.of(config(1, ByteSize.mebibytes(1), 2)));
        decide(1);
        log.close();
        List<String> lines = Files.readAllLines(file);
        assertEquals(2, lines.size());
        assertEquals("{\"version\":1,\"ti", lines.getFirst());
        assertTrue(lines.getLast().startsWith("{\"version\":1,\"time\""), lines.getLast());
    }
}
