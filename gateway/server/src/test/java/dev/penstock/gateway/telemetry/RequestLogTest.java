package dev.penstock.gateway.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.gateway.pipeline.Charge;
import dev.penstock.gateway.pipeline.MemoryNote;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class RequestLogTest {
    private final Logger logger = assertInstanceOf(Logger.class, LoggerFactory.getLogger(RequestLog.LOGGER));
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
    }

    private static final RequestRecord RECORD = new RequestRecord(
            "req_1",
            Optional.of(new Principal("team-a")),
            Operation.CHAT,
            Optional.of(new ModelId("org/m")),
            Optional.of(new WorkerId("w")),
            true,
            200,
            "ok",
            2,
            new TokenUsage(30, 11, 4, true),
            Duration.ofMillis(3),
            Optional.of(Duration.ofMillis(200)),
            Duration.ofMillis(1200));

    private Map<String, String> line(int index) {
        Map<String, String> pairs = new TreeMap<>();
        lines.list.get(index).getKeyValuePairs().forEach(pair -> pairs.put(pair.key, String.valueOf(pair.value)));
        return pairs;
    }

    @Test
    void aRequestIsOneLine() {
        new RequestLog(() -> true).settle(RECORD);
        assertEquals(1, lines.list.size());
        assertEquals("request", lines.list.getFirst().getFormattedMessage());
        assertEquals(
                Map.ofEntries(
                        Map.entry("request_id", "req_1"),
                        Map.entry("key", "team-a"),
                        Map.entry("operation", "chat"),
                        Map.entry("model", "org/m"),
                        Map.entry("worker", "w"),
                        Map.entry("stream", "true"),
                        Map.entry("status", "200"),
                        Map.entry("result", "ok"),
                        Map.entry("attempts", "2"),
                        Map.entry("prompt_tokens", "30"),
                        Map.entry("completion_tokens", "11"),
                        Map.entry("cached_tokens", "4"),
                        Map.entry("usage_estimated", "true"),
                        Map.entry("queued_ms", "3"),
                        Map.entry("first_token_ms", "200"),
                        Map.entry("total_ms", "1200")),
                line(0));
    }

    @Test
    void whatAVirtualModelWasAnsweredByIsToldWithItsCost() {
        Charge charge = new Charge(
                new WorkerId("w"), new ModelId("org/m"), new TokenUsage(30, 11, 4, false), OptionalDouble.of(1e-6 / 3));
        new RequestLog(() -> true)
                .settle(new RequestRecord(
                        "req_2",
                        Optional.empty(),
                        Operation.CHAT,
                        Optional.of(new ModelId("assistant")),
                        Optional.of(new ModelId("org/m")),
                        Optional.of(new WorkerId("w")),
                        false,
                        200,
                        "ok",
                        1,
                        charge.usage(),
                        Duration.ZERO,
                        Optional.empty(),
                        Duration.ZERO,
                        List.of(charge),
                        "plant",
                        "balanced",
                        0,
                        0,
                        List.of(),
                        MemoryNote.NONE));
        assertEquals("assistant", line(0).get("asked"));
        assertEquals("org/m", line(0).get("model"));
        assertEquals("3.33E-7", line(0).get("cost_usd"));
    }

    @Test
    void itCanBeSwitchedWhileItRuns() {
        AtomicBoolean enabled = new AtomicBoolean();
        RequestLog log = new RequestLog(enabled::get);
        log.settle(RECORD);
        assertEquals(0, lines.list.size());
        enabled.set(true);
        log.settle(RECORD);
        assertEquals(1, lines.list.size());
    }
}
