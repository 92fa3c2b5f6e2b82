package dev.penstock.runtime.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LogWriterTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("test");

    private LogWriter writer(OutputStream out, int maxBytes) {
        JsonLines encoder = new JsonLines();
        encoder.setContext(context);
        encoder.start();
        LogWriter writer = new LogWriter(encoder, out, maxBytes);
        writer.setContext(context);
        logger.setAdditive(false);
        logger.addAppender(writer);
        writer.start();
        return writer;
    }

    @Test
    void allThatWasLoggedIsWrittenInOrder() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogWriter writer = writer(out, 1 << 20);
        for (int i = 0; i < 1000; i++) {
            logger.info("number {}", i);
        }
        writer.flush(10_000);
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(1000, lines.size());
        for (int i = 0; i < 1000; i++) {
            assertTrue(lines.get(i).endsWith("\"message\":\"number " + i + "\"}"), lines.get(i));
        }
        writer.stop();
    }

    /** A pipe whose reader takes nothing until it is let. */
    private static final class Stuck extends ByteArrayOutputStream {
        private final CountDownLatch free = new CountDownLatch(1);

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.write(bytes, offset, length);
        }
    }

    @Test
    void aStuckReaderHoldsNobodyUpAndWhatIsLeftOutIsCounted() {
        Stuck out = new Stuck();
        LogWriter writer = writer(out, 4096);
        for (int i = 0; i < 1000; i++) {
            logger.info("number {}", i); // returns although nothing is taken
        }
        out.free.countDown();
        writer.flush(10_000);
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        long said = lines.stream().filter(line -> line.contains("\"number ")).count();
        long leftOut = lines.stream()
                .filter(line -> line.contains("events left out: "))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*left out: (\\d+).*", "$1")))
                .sum();
        assertEquals(1000, said + leftOut, lines::toString);
        assertTrue(leftOut > 0, lines::toString);
        writer.stop();
    }

    @Test
    void aReaderThatHasGoneStopsNothing() {
        LogWriter writer = writer(
                new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        throw new IOException("broken pipe");
                    }
                },
                4096);
        logger.info("to nobody");
        writer.flush(10_000);
        logger.info("to nobody again");
        writer.flush(10_000);
        writer.stop();
    }
}
