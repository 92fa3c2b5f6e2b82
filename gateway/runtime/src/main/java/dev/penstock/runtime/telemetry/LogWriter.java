package dev.penstock.runtime.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes events to a stream from a thread of its own, what came together together. Whoever logs waits for nobody: a terminal
 * or a pipe that takes nothing holds no event loop up. What has come is written within {@value #PAUSE_MILLIS} ms, and at the
 * end; where too much waits, further events are counted and left out, and their number is said when there is room again.
 */
final class LogWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {
    static final int PAUSE_MILLIS = 5;

    private final Encoder<ILoggingEvent> encoder;
    private final OutputStream out;
    private final int maxBytes;
    private final Thread writer;

    private ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private ByteArrayOutputStream written = new ByteArrayOutputStream();
    private long leftOut;
    private boolean writing;
    private boolean stopping;

    /**
     * A writer that is not started.
     *
     * @param maxBytes the most that waits to be written
     */
    LogWriter(Encoder<ILoggingEvent> encoder, OutputStream out, int maxBytes) {
        this.encoder = encoder;
        this.out = out;
        this.maxBytes = maxBytes;
        this.writer = Thread.ofPlatform().name("log").daemon().unstarted(this::write);
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        byte[] line = encoder.encode(event);
        synchronized (this) {
            if (waiting.size() + line.length > maxBytes) {
                leftOut++;
                return;
            }
            waiting.writeBytes(line);
            if (!writing) {
                notifyAll();
            }
        }
    }

    private void write() {
        while (awaitLines()) {
            writeBatch();
            // Under load the next batch is a hundred lines rather than one: a write costs more than a line.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
    }

    private synchronized boolean awaitLines() {
        writing = false;
        notifyAll(); // whoever waits in flush
        while (waiting.size() == 0 && !stopping) {
            try {
                wait();
            } catch (InterruptedException end) {
                return false;
            }
        }
        writing = true;
        return waiting.size() > 0;
    }

    private void writeBatch() {
        ByteArrayOutputStream batch;
        long lost;
        synchronized (this) {
            batch = waiting;
            waiting = written;
            written = batch;
            lost = leftOut;
            leftOut = 0;
        }
        try {
            batch.writeTo(out);
            if (lost > 0) {
                out.write(("{\"level\":\"WARN\",\"logger\":\"log\",\"message\":\"events left out: " + lost + "\"}\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
        } catch (IOException closed) {
            addError("the log cannot be written", closed); // whoever read it has gone; requests go on
        }
        batch.reset();
    }

    /** Waits until all that was logged so far is written, but no longer than the limit. */
    synchronized void flush(long limitMillis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        LockSupport.unpark(writer);
        try {
            for (long left = limitMillis; (waiting.size() > 0 || writing) && left > 0; ) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        flush(TimeUnit.SECONDS.toMillis(2));
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        super.stop();
    }
}
