package dev.penstock.runtime.telemetry;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line a request, on the logger {@code penstock.request}: what was asked of whom, how it ended and how long it
 * took. Never a prompt, an answer, a header or a key: callers pass what they have counted and decided.
 */
public final class RequestLog {
    /** The logger's name, to give it a level or a file of its own. */
    public static final String LOGGER_NAME = "penstock.request";

    private final Logger logger;

    /** The log of this process. */
    public RequestLog() {
        this(LoggerFactory.getLogger(LOGGER_NAME));
    }

    RequestLog(Logger logger) {
        this.logger = logger;
    }

    /**
     * Writes the line of one request.
     *
     * @param fields in the order to print; numbers and booleans stay what they are in JSON
     */
    public void write(String method, String path, int status, Map<String, Object> fields) {
        LoggingEventBuilder line = (status >= 500 ? logger.atWarn() : logger.atInfo())
                .setMessage("request")
                .addKeyValue("method", method)
                .addKeyValue("path", path)
                .addKeyValue("status", status);
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log();
    }
}
