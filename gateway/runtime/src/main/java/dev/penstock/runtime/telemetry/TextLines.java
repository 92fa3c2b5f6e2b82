package dev.penstock.runtime.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/** For a person: time, level where it is not the usual one, who, what, and the rest as {@code key=value}. */
final class TextLines extends LineEncoder {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Override
    String line(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(120);
        line.append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp()))).append(' ');
        if (event.getLevel() != Level.INFO) {
            line.append(event.getLevel()).append(' ');
        }
        String name = event.getLoggerName();
        line.append(name.substring(name.lastIndexOf('.') + 1)).append(": ");
        line.append(printable(event.getFormattedMessage()));
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                line.append(' ').append(pair.key).append('=').append(value(String.valueOf(pair.value)));
            }
        }
        String trace = trace(event);
        return trace.isEmpty()
                ? line.toString()
                : line.append('\n').append(trace.stripTrailing()).toString();
    }

    private static String value(String text) {
        boolean plain = !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c < 0x7f);
        return plain ? text : "\"" + printable(text).replace("\"", "\\\"") + "\"";
    }

    /** One event stays one line, and no text can move a terminal's cursor. */
    private static String printable(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                safe.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                safe.append((char) c);
            }
        });
        return safe.toString();
    }
}
