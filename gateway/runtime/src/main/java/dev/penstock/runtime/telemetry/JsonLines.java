package dev.penstock.runtime.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * For a collector: an object a line with {@code time, level, logger, thread, message}, the pairs, and the trace. There is a
 * line for every request, so it is put together by hand.
 */
final class JsonLines extends LineEncoder {
    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    /** A moment as it was written last. */
    private record Written(long millis, String text) {}

    private volatile Written lastTime = new Written(0, Instant.EPOCH.toString());

    @Override
    String line(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(640);
        line.append("{\"time\":\"").append(time(event.getTimeStamp())).append('"');
        text(line, "level", event.getLevel().toString());
        text(line, "logger", event.getLoggerName());
        text(line, "thread", event.getThreadName());
        text(line, "message", event.getFormattedMessage());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                pair(line, pair);
            }
        }
        String trace = trace(event);
        if (!trace.isEmpty()) {
            text(line, "exception", trace);
        }
        return line.append('}').toString();
    }

    /** Many lines are of one millisecond, and to write it out is a fifth of what a line costs. */
    private String time(long millis) {
        Written last = lastTime;
        if (last.millis != millis) {
            last = new Written(millis, Instant.ofEpochMilli(millis).toString());
            lastTime = last;
        }
        return last.text;
    }

    private static void pair(StringBuilder line, KeyValuePair pair) {
        switch (pair.value) {
            case Integer number -> name(line, pair.key).append(number.intValue());
            case Long number -> name(line, pair.key).append(number.longValue());
            case Double number
            when Double.isFinite(number) -> name(line, pair.key).append(number.doubleValue());
            case Boolean bool -> name(line, pair.key).append(bool.booleanValue());
            case null -> name(line, pair.key).append("null");
            default -> text(line, pair.key, pair.value.toString());
        }
    }

    private static StringBuilder name(StringBuilder line, String name) {
        line.append(",\"");
        quote(line, name);
        return line.append("\":");
    }

    private static void text(StringBuilder line, String name, String value) {
        name(line, name).append('"');
        quote(line, value);
        line.append('"');
    }

    /** Nearly all of what is logged needs no escape. */
    private static void quote(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c > 0x7e) {
                ENCODER.quoteAsString(text, line);
                return;
            }
        }
        line.append(text);
    }
}
