package dev.penstock.runtime.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger = context.getLogger("penstock.request");

    @BeforeEach
    void capture() {
        events.setContext(context);
        events.start();
        logger.addAppender(events);
        logger.setLevel(Level.INFO);
    }

    private ILoggingEvent logged(int status, Map<String, Object> fields) {
        events.list.clear();
        new RequestLog(logger).write("POST", "/v1/chat/completions", status, fields);
        return events.list.getFirst();
    }

    private static Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", "small");
        fields.put("tokens", 12);
        fields.put("ttft_ms", 1.5);
        fields.put("stream", true);
        fields.put("user", "two words\n\u001b[31m");
        return fields;
    }

    @Test
    void jsonLinesAreOneObjectEach() throws Exception {
        String line = new JsonLines().line(logged(200, fields()));
        assertFalse(line.contains("\n"), line);
        JsonNode json = new ObjectMapper().readTree(line);
        assertEquals("INFO", json.path("level").asText());
        assertEquals("penstock.request", json.path("logger").asText());
        assertEquals("/v1/chat/completions", json.path("path").asText());
        assertEquals(200, json.path("status").asInt());
        assertTrue(json.path("tokens").isInt()
                && json.path("ttft_ms").isDouble()
                && json.path("stream").isBoolean());
        assertEquals("two words\n\u001b[31m", json.path("user").asText());
    }

    @Test
    void textLinesAreForPeopleAndSafeOnATerminal() {
        String line = new TextLines().line(logged(503, fields()));
        assertTrue(
                line.endsWith("WARN request: request method=POST path=/v1/chat/completions status=503 model=small"
                        + " tokens=12 ttft_ms=1.5 stream=true user=\"two words\\u000a\\u001b[31m\""),
                line);
    }

    @Test
    void tracesFollowTheirLine() throws Exception {
        events.list.clear();
        logger.warn("broken\nline", new IllegalStateException("why"));
        ILoggingEvent event = events.list.getFirst();
        assertTrue(new TextLines().line(event).contains("broken\\u000aline\njava.lang.IllegalStateException: why"));
        JsonNode json = new ObjectMapper().readTree(new JsonLines().line(event));
        assertTrue(json.path("exception").asText().startsWith("java.lang.IllegalStateException: why"));
    }

    @Test
    void aProcessWritesToItsStandardErrorAndLibrariesAreQuiet() {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
            Logging.configure(Logging.Format.JSON, Logging.Verbosity.INFO);
            LoggerFactory.getLogger("dev.penstock.Test").info("hello {}", "world");
            LoggerFactory.getLogger("dev.penstock.Test").debug("not this");
            LoggerFactory.getLogger("com.hazelcast.Test").info("nor this");
            Logging.flush();
        } finally {
            System.setErr(before);
            Logging.configure(Logging.Format.TEXT, Logging.Verbosity.INFO);
        }
        String output = written.toString(StandardCharsets.UTF_8);
        assertTrue(output.endsWith("\"message\":\"hello world\"}\n"), output);
        assertEquals(1, output.lines().count(), output);
    }
}
