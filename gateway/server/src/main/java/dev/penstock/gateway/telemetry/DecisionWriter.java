package dev.penstock.gateway.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.gateway.config.DecisionLogConfig;
import dev.penstock.routing.capture.LoggedDecision;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes decisions from a thread of its own. At most {@value #MAX_WAITING} wait; more are left out and counted, as are those
 * of a file that cannot be written, which is said once and tried again with the next.
 */
final class DecisionWriter implements AutoCloseable {
    static final int MAX_WAITING = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(DecisionWriter.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private final BlockingQueue<Optional<Line>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("decisions").daemon().start(this::write);

    /** Of the thread: the file that is open, and of whose configuration. */
    private Optional<DecisionLogConfig> current = Optional.empty();

    private Optional<DecisionFile> file = Optional.empty();
    private boolean failing;

    private record Line(DecisionLogConfig to, LoggedDecision decision) {}

    /** Takes a decision whose request has ended; never waits. */
    void offer(DecisionLogConfig to, LoggedDecision decision) {
        if (!waiting.offer(Optional.of(new Line(to, decision)))) {
            leftOut.incrementAndGet();
        }
    }

    long written() {
        return written.get();
    }

    long leftOut() {
        return leftOut.get();
    }

    private void write() {
        try {
            for (Optional<Line> line = waiting.take(); line.isPresent(); line = waiting.take()) {
                append(line.get());
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } finally {
            closeFile();
        }
    }

    private void append(Line line) {
        try {
            if (!current.equals(Optional.of(line.to()))) {
                closeFile();
            }
            if (file.isEmpty()) {
                DecisionLogConfig to = line.to();
                file = Optional.of(new DecisionFile(to.path(), to.maxSize().bytes(), to.maxFiles()));
                current = Optional.of(to);
            }
            DecisionFile open = file.get();
            open.write(encoded(line.decision()));
            if (waiting.isEmpty()) {
                open.flush();
            }
            written.incrementAndGet();
            failing = false;
        } catch (IOException broken) {
            leftOut.incrementAndGet();
            closeFile();
            if (!failing) {
                LOG.warn("decisions cannot be written: {}", broken.toString());
            }
            failing = true;
        }
    }

    private static byte[] encoded(LoggedDecision decision) throws JsonProcessingException {
        byte[] json = JSON.writeValueAsBytes(decision);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    private void closeFile() {
        try {
            if (file.isPresent()) {
                file.get().close();
            }
        } catch (IOException broken) {
            LOG.warn("decisions cannot be written: {}", broken.toString());
        }
        file = Optional.empty();
    }

    /** Writes what waits, for two seconds at most. */
    @Override
    public void close() {
        try {
            boolean told = waiting.offer(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (!told || !thread.join(PATIENCE)) {
                LOG.warn("decisions not written at the end: {}", waiting.size());
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
