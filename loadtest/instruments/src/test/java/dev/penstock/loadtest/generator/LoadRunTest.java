package dev.penstock.loadtest.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.generator.LoadResult.KindResult;
import dev.penstock.loadtest.mock.AnswerKey;
import dev.penstock.loadtest.mock.Fault;
import dev.penstock.loadtest.mock.FaultMix;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import dev.penstock.loadtest.process.FreePorts;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of a second against a mock: what is counted, and as what. */
@Timeout(60)
final class LoadRunTest {
    private static final MockSettings MOCK = MockSettings.instant();

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private URI mock(MockSettings settings) {
        return MockEngine.start(vertx, settings, "127.0.0.1", 0, 1).await().uri();
    }

    private LoadResult run(URI target, Arrivals arrivals, Mix mix, int connections, Duration timeout, AnswerKey key)
            throws InterruptedException {
        LoadPlan plan = new LoadPlan(
                target,
                Optional.empty(),
                Map.of(),
                arrivals,
                mix,
                new RequestShape("mock", "mock", 600, 20, 5),
                Duration.ofMillis(100),
                Duration.ofMillis(900),
                connections,
                timeout,
                2,
                1,
                Optional.of(key),
                Slo.INTERACTIVE);
        return LoadRun.run(vertx, plan, LoadProgress.NONE);
    }

    private LoadResult run(URI target, Mix mix) throws InterruptedException {
        return run(target, new Arrivals.Constant(200), mix, 50, Duration.ofSeconds(20), MOCK.key());
    }

    @Test
    void allThatWasDueAfterTheWarmUpIsAnsweredRightly() throws InterruptedException {
        LoadResult result = run(mock(MOCK), new Mix(1, 1, 1, 1));
        long sent = result.kinds().values().stream().mapToLong(KindResult::sent).sum();
        assertEquals(180, sent);
        assertEquals(0, result.failed(), result.kinds()::toString);
        assertEquals(Set.of(Kind.values()), result.kinds().keySet());
        result.kinds().forEach((kind, of) -> {
            assertTrue(of.sent() > 20, kind::label);
            assertEquals(of.sent(), of.endToEnd().getTotalCount());
            if (kind == Kind.STREAM) {
                assertEquals(20 * of.right(), of.tokens());
                assertEquals(of.right(), of.timeToFirstToken().getTotalCount());
                assertEquals(19 * of.right(), of.interToken().getTotalCount());
            }
        });
        assertEquals(180, result.sendLag().getTotalCount());
    }

    @Test
    void textsAreAskedInTurn() throws InterruptedException {
        List<RequestShape.Text> texts = List.of(
                new RequestShape.Text("Who said \"no\"?", Optional.empty()),
                new RequestShape.Text("And when?", Optional.of("When was that?")));
        LoadPlan plan = new LoadPlan(
                mock(MOCK),
                Optional.empty(),
                Map.of(),
                new Arrivals.Constant(100),
                new Mix(1, 1, 0),
                RequestShape.of("mock", 20, texts),
                Duration.ZERO,
                Duration.ofMillis(500),
                50,
                Duration.ofSeconds(20),
                1,
                1,
                Optional.of(MOCK.key()),
                Slo.INTERACTIVE);
        LoadResult result = LoadRun.run(vertx, plan, LoadProgress.NONE);
        assertEquals(0, result.failed(), result.kinds()::toString);
        assertEquals(
                50,
                result.kinds().values().stream().mapToLong(KindResult::right).sum());
    }

    @Test
    void anAnswerToAQuestionThatIsAlikeIsRightToo() throws WrongAnswerException {
        AnswerKey key = MOCK.key();
        Expected asked = Expected.chat(key.answer("one", 8), "mock");
        Expected alike = Expected.chat(key.answer("another", 8), "mock");
        byte[] other = key.answer("another", 8).json("mock", 1);
        ChatCheck both = new ChatCheck(asked, Optional.of(alike));
        both.take(other, 0, other.length, 0);
        both.end();
        assertEquals(8, both.tokens());
        ChatCheck only = new ChatCheck(asked, Optional.of(asked));
        only.take(other, 0, other.length, 0);
        assertEquals(
                Failure.CONTENT,
                assertThrows(WrongAnswerException.class, only::end).failure());
    }

    @Test
    void aSaturatingRunKeepsEachConnectionBusy() throws InterruptedException {
        LoadResult result = run(mock(MOCK), new Arrivals.Saturating(), Mix.CHAT, 3, Duration.ofSeconds(20), MOCK.key());
        assertEquals(0, result.failed(), result.kinds()::toString);
        long right =
                result.seconds().stream().mapToLong(LoadResult.Second::right).sum();
        assertTrue(right >= 3, () -> "only " + right + " on three connections");
    }

    @Test
    void anotherKeyIsAnotherText() throws InterruptedException {
        LoadResult result = run(
                mock(MOCK),
                new Arrivals.Constant(100),
                new Mix(1, 1, 1),
                50,
                Duration.ofSeconds(20),
                new AnswerKey(MOCK.key().seed() + 1, 4));
        assertEquals(0, result.rightPerSecond());
        for (KindResult of : result.kinds().values()) {
            assertEquals(Map.of(Failure.CONTENT, of.sent()), of.failures());
        }
    }

    @Test
    void aSlowTargetIsATimeout() throws InterruptedException {
        URI target = mock(MOCK.withPace(Duration.ofSeconds(30), Duration.ZERO));
        LoadResult result = run(target, new Arrivals.Constant(50), Mix.STREAM, 2, Duration.ofMillis(300), MOCK.key());
        Map<Failure, Long> failures = failures(result);
        assertEquals(45, result.failed());
        assertTrue(failures.getOrDefault(Failure.TIMEOUT, 0L) >= 2, failures::toString);
        assertTrue(failures.getOrDefault(Failure.NOT_SENT, 0L) > 0, "two connections are not enough: " + failures);
    }

    @ParameterizedTest
    @CsvSource({
        "500, STREAM, STATUS_5XX",
        "503, CHAT, STATUS_503",
        "429, STREAM, STATUS_429",
        "reset, CHAT, CUT",
        "reset-mid-stream, STREAM, CUT",
        "missing-done, STREAM, NO_DONE",
        "truncated, CHAT, SHAPE",
        "garbage, CHAT, SHAPE",
        "garbage, STREAM, SSE_FRAMING",
        "hang, CHAT, TIMEOUT",
    })
    void eachFaultIsOfItsClass(String fault, Kind kind, Failure failure) throws InterruptedException {
        URI target = mock(MOCK.withFaults(FaultMix.of(Fault.of(fault), 1)));
        Mix mix = kind == Kind.STREAM ? Mix.STREAM : Mix.CHAT;
        Duration patience = Duration.ofSeconds(failure == Failure.TIMEOUT ? 1 : 20);
        LoadResult result = run(target, new Arrivals.Constant(50), mix, 50, patience, MOCK.key());
        assertEquals(Map.of(failure, 45L), failures(result));
    }

    @Test
    void nobodyThereIsAConnectFailure() throws InterruptedException, IOException {
        URI nobody = URI.create("http://127.0.0.1:" + new FreePorts().next());
        LoadResult result = run(nobody, Mix.CHAT);
        assertEquals(Map.of(Failure.CONNECT, 180L), failures(result));
    }

    private static Map<Failure, Long> failures(LoadResult result) {
        return result.kinds().values().iterator().next().failures();
    }
}
