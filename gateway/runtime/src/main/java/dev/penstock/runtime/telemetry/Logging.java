package dev.penstock.runtime.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where logs go and what they look like: to standard error, one line an event. */
public final class Logging {
    /** How an event is written. */
    public enum Format {
        /** For a person at a terminal. */
        TEXT,
        /** A JSON object a line, for whatever collects logs. */
        JSON
    }

    /** How much is written. */
    public enum Verbosity {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    private static final Map<String, Level> QUIET = Map.of(
            "com.hazelcast", Level.WARN,
            // Warns at every try to connect, twice a second; whoever wants the connection says so once.
            "com.hazelcast.client.impl.connection", Level.ERROR,
            "io.netty", Level.WARN,
            "io.vertx", Level.WARN,
            "ai.djl", Level.WARN,
            // Warns of every machine that has no CUDA.
            "ai.djl.onnxruntime", Level.ERROR,
            "com.hubspot", Level.ERROR);

    private static final String CONSOLE = "console";
    private static final int MOST_WAITING_BYTES = 8 << 20;
    private static final int FLUSH_MILLIS = 2000;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Logging::flush, "log-flush"));
    }

    private Logging() {}

    /**
     * Waits until what was logged is written, for two seconds at most. An exit in order does so by itself; whoever halts
     * the process calls it first.
     */
    public static void flush() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE) instanceof LogWriter writer) {
            writer.flush(FLUSH_MILLIS);
        }
    }

    /**
     * Sets up the logs of this process, in place of whatever was set up before. Libraries say only what needs attention,
     * unless everything is asked for.
     */
    public static void configure(Format format, Verbosity verbosity) {
        // Some libraries ask java.util.logging or others by default; Netty and Vert.x must be told before they load.
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        System.setProperty("hazelcast.logging.type", "slf4j");
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            throw new IllegalStateException("another logging backend is on the class path (expected: logback)");
        }
        flush();
        context.reset();
        Level level = Level.toLevel(verbosity.name());
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level);
        if (verbosity.compareTo(Verbosity.DEBUG) < 0) {
            QUIET.forEach((name, quiet) -> context.getLogger(name).setLevel(quiet));
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console(context, format));
    }

    private static Appender<ILoggingEvent> console(LoggerContext context, Format format) {
        Encoder<ILoggingEvent> encoder = format == Format.JSON ? new JsonLines() : new TextLines();
        encoder.setContext(context);
        encoder.start();
        LogWriter console = new LogWriter(encoder, ConsoleTarget.SystemErr.getStream(), MOST_WAITING_BYTES);
        console.setContext(context);
        console.setName(CONSOLE);
        console.start();
        return console;
    }
}
